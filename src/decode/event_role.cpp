#include "event_role.hpp"

#include <string_view>
#include <utility>

namespace replikey::decode {

namespace {

std::string_view mend_of(EventType type) noexcept {
  switch (type) {
    case EventType::XaPrepare: return "changes of XA transactions cannot be followed";
    case EventType::PartialUpdateRows:
      return "avoid it with SET GLOBAL binlog_row_value_options=''";
    case EventType::TransactionPayload:
      return "avoid it with SET GLOBAL binlog_transaction_compression=OFF";
    case EventType::MariaQueryCompressed:
    case EventType::MariaWriteRowsCompressedV1:
    case EventType::MariaUpdateRowsCompressedV1:
    case EventType::MariaDeleteRowsCompressedV1:
    case EventType::MariaWriteRowsCompressed:
    case EventType::MariaUpdateRowsCompressed:
    case EventType::MariaDeleteRowsCompressed:
      return "avoid it with SET GLOBAL log_bin_compress=OFF";
    case EventType::MariaPartialRowData:
      return "avoid it by raising binlog_row_event_fragment_threshold";
    case EventType::MariaStartEncryption:
      return "the file is encrypted; read it through the server, which decrypts it";
    case EventType::BeginLoadQuery:
    case EventType::ExecuteLoadQuery:
    case EventType::Load:
    case EventType::CreateFile:
    case EventType::AppendBlock:
    case EventType::ExecLoad:
    case EventType::DeleteFile:
    case EventType::NewLoad:
      return "LOAD DATA was logged as a statement; avoid it with SET GLOBAL binlog_format=ROW";
    default: return {};
  }
}

}  // namespace

EventRole role_of(const EventHeader& header) noexcept {
  const bool is_ignorable = (header.flags & EventHeader::kIgnorable) != 0;
  switch (header.type) {
    case EventType::FormatDescription: return EventRole::FormatDescription;
    case EventType::Query: return EventRole::Query;
    case EventType::Xid: return EventRole::Xid;
    case EventType::Gtid:
    case EventType::AnonymousGtid: return EventRole::Gtid;
    case EventType::GtidTagged: return EventRole::GtidTagged;
    case EventType::MariaGtid: return EventRole::MariaGtid;
    case EventType::PreviousGtids: return EventRole::PreviousGtids;
    case EventType::MariaGtidList: return EventRole::GtidList;
    case EventType::TableMap: return EventRole::TableMap;
    case EventType::WriteRowsV1:
    case EventType::UpdateRowsV1:
    case EventType::DeleteRowsV1:
    case EventType::WriteRowsV2:
    case EventType::UpdateRowsV2:
    case EventType::DeleteRowsV2: return EventRole::Rows;
    case EventType::Incident: return EventRole::Incident;

    case EventType::Stop:
    case EventType::Rotate:
    case EventType::Slave:
    case EventType::IntVar:  // these three precede a statement, which is what stops the stream
    case EventType::Rand:
    case EventType::UserVar:
    case EventType::Heartbeat:
    case EventType::HeartbeatV2:
    case EventType::Ignorable:
    case EventType::RowsQuery:
    case EventType::TransactionContext:
    case EventType::ViewChange:
    case EventType::LargeTransactionHeader:
    case EventType::MariaAnnotateRows:
    case EventType::MariaBinlogCheckpoint: return EventRole::Nothing;

    case EventType::StartV3:
    case EventType::Load:
    case EventType::CreateFile:
    case EventType::AppendBlock:
    case EventType::ExecLoad:
    case EventType::DeleteFile:
    case EventType::NewLoad:
    case EventType::BeginLoadQuery:
    case EventType::ExecuteLoadQuery:
    case EventType::PreGaWriteRows:
    case EventType::PreGaUpdateRows:
    case EventType::PreGaDeleteRows:
    case EventType::XaPrepare:
    case EventType::PartialUpdateRows:
    case EventType::TransactionPayload:
    case EventType::MariaQueryCompressed:
    case EventType::MariaWriteRowsCompressedV1:
    case EventType::MariaUpdateRowsCompressedV1:
    case EventType::MariaDeleteRowsCompressedV1:
    case EventType::MariaWriteRowsCompressed:
    case EventType::MariaUpdateRowsCompressed:
    case EventType::MariaDeleteRowsCompressed:
    case EventType::MariaPartialRowData: return EventRole::Unsupported;

    // A dump marks it ignorable, because what follows arrives decrypted; a file does not.
    case EventType::MariaStartEncryption:
    case EventType::Unknown: break;
  }
  return is_ignorable ? EventRole::Nothing : EventRole::Unsupported;
}

std::string unsupported_message(EventType type) {
  std::string message{to_string(type)};
  message += " (type " + std::to_string(static_cast<unsigned>(type)) + ") is not decoded";
  if (const std::string_view mend = mend_of(type); !mend.empty()) {
    message += "; ";
    message += mend;
  }
  return message;
}

}  // namespace replikey::decode
