#include "replikey/source/dump_error.hpp"

#include <array>
#include <string>

namespace replikey::source {
namespace {

constexpr unsigned kReadingBinlogFailed = 1236;
constexpr unsigned kSameServerId = 4052;
constexpr unsigned kNoPrivilege = 1227;

constexpr std::string_view kPurged = "the server has purged the binary logs that come next";
constexpr std::string_view kNoSuchPosition =
    "the binary log holds no event at that position: it was reset, or belongs to another server, "
    "or the position is not the end of a transaction";
constexpr std::string_view kMoreThanServer =
    "the server's history does not hold ours: it was reset, or is another server, or lost its "
    "newest transactions in a failover";
constexpr std::string_view kSameId =
    "another replica connected with our server_id or uuid; give each replikey a name of its own, "
    "or set mysql.server_id";

struct Meaning {
  std::string_view words;  ///< Of the server, in lower case.
  std::string_view what;
  std::string_view mend;
};

// https://github.com/mysql/mysql-server/blob/mysql-8.4.0/share/messages_to_clients.txt
// https://github.com/MariaDB/server/blob/mariadb-10.11.8/sql/sql_repl.cc
constexpr std::array kMeanings{
    Meaning{"could not find first log file name", kPurged, kWaysOn},
    Meaning{"purged required binary logs", kPurged, kWaysOn},
    Meaning{"purged binary logs containing gtids", kPurged, kWaysOn},
    Meaning{"could not find gtid state requested", kPurged, kWaysOn},
    Meaning{"have been purged", kPurged, kWaysOn},
    Meaning{"impossible position", kNoSuchPosition, kWaysOn},
    Meaning{"position > file size", kNoSuchPosition, kWaysOn},
    Meaning{"exceeded max_allowed_packet", kNoSuchPosition, kWaysOn},
    Meaning{"bogus data in log event", kNoSuchPosition, kWaysOn},
    Meaning{"not in the master's binlog", kMoreThanServer, kWaysOn},
    Meaning{"has more gtids than the", kMoreThanServer, kWaysOn},
    Meaning{"more recent than", kMoreThanServer, kWaysOn},
    Meaning{"auto_position", "the server's gtid_mode is not ON any more",
            "SET GLOBAL gtid_mode = ON (step by step, as the manual says), or reset to a file and "
            "position"},
    Meaning{"same server_uuid/server_id", kSameId, ""},
    Meaning{"same server_id", kSameId, ""},
    Meaning{"checksum", "the server finds its own binary log damaged",
            "restore it, or go on behind the damage by \"replikey reset --config FILE --to "
            "FILE:POSITION\""},
};

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

std::string place_of(const ResumePoint& from) {
  std::string place = from.position.file.empty() ? std::string{} : to_string(from.position);
  if (from.has_whole_history && !from.executed.empty()) {
    place += (place.empty() ? "GTIDs " : ", GTIDs ") + from.executed.to_string();
  }
  return place;
}

Error rejected(const Error& error, const ResumePoint& from, std::string_view what,
               std::string_view mend) {
  std::string message = "cannot go on from " + place_of(from) + ": ";
  message += what;
  if (!mend.empty()) {
    message += "; ";
    message += mend;
  }
  message += " (" + error.message() + ")";
  return Error{ErrorCode::Rejected, std::move(message)};
}

}  // namespace

Error dump_error(const Error& error, unsigned number, const ResumePoint& from) {
  if (number == kSameServerId) {
    return rejected(error, from, kSameId, "");
  }
  if (number == kNoPrivilege) {
    return rejected(error, from, "the account lacks a privilege",
                    "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO it");
  }
  if (number != kReadingBinlogFailed) {
    return error;
  }
  const std::string text = lower_case(error.message());
  for (const Meaning& meaning : kMeanings) {
    if (text.find(meaning.words) != std::string::npos) {
      return rejected(error, from, meaning.what, meaning.mend);
    }
  }
  return rejected(error, from, "the server cannot send its binary log", "");
}

}  // namespace replikey::source
