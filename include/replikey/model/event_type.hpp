#pragma once

#include <cstdint>
#include <string_view>

namespace replikey {

/// Binlog event types of both families, by their number on the wire.
/// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/libs/mysql/binlog/event/binlog_event.h
/// Log_event_type https://github.com/MariaDB/server/blob/mariadb-11.8.2/sql/log_event.h enum
/// Log_event_type
enum class EventType : std::uint8_t {
  Unknown = 0,
  StartV3 = 1,
  Query = 2,
  Stop = 3,
  Rotate = 4,
  IntVar = 5,
  Load = 6,
  Slave = 7,
  CreateFile = 8,
  AppendBlock = 9,
  ExecLoad = 10,
  DeleteFile = 11,
  NewLoad = 12,
  Rand = 13,
  UserVar = 14,
  FormatDescription = 15,
  Xid = 16,
  BeginLoadQuery = 17,
  ExecuteLoadQuery = 18,
  TableMap = 19,
  PreGaWriteRows = 20,
  PreGaUpdateRows = 21,
  PreGaDeleteRows = 22,
  WriteRowsV1 = 23,
  UpdateRowsV1 = 24,
  DeleteRowsV1 = 25,
  Incident = 26,
  Heartbeat = 27,
  Ignorable = 28,
  RowsQuery = 29,
  WriteRowsV2 = 30,
  UpdateRowsV2 = 31,
  DeleteRowsV2 = 32,
  Gtid = 33,
  AnonymousGtid = 34,
  PreviousGtids = 35,
  TransactionContext = 36,
  ViewChange = 37,
  XaPrepare = 38,
  PartialUpdateRows = 39,
  TransactionPayload = 40,
  HeartbeatV2 = 41,
  GtidTagged = 42,
  LargeTransactionHeader = 43,
  MariaAnnotateRows = 160,
  MariaBinlogCheckpoint = 161,
  MariaGtid = 162,
  MariaGtidList = 163,
  MariaStartEncryption = 164,
  MariaQueryCompressed = 165,
  MariaWriteRowsCompressedV1 = 166,
  MariaUpdateRowsCompressedV1 = 167,
  MariaDeleteRowsCompressedV1 = 168,
  MariaWriteRowsCompressed = 169,
  MariaUpdateRowsCompressed = 170,
  MariaDeleteRowsCompressed = 171,
  MariaPartialRowData = 172,
};

/// The servers' own name for it ("WRITE_ROWS_V2"), or "event type" for a number nobody knows.
[[nodiscard]] std::string_view to_string(EventType type) noexcept;

}  // namespace replikey
