#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "replikey/base/result.hpp"
#include "replikey/model/flavour.hpp"
#include "replikey/model/gtid.hpp"

namespace replikey {

/// Which transactions were executed. For MySQL a set of intervals per origin; for MariaDB the
/// last transaction per replication domain. A value; adding the successor of what is there
/// allocates nothing. Thread: any one at a time.
class GtidSet {
 public:
  /// Sequence numbers first..last, both included.
  struct Interval {
    std::uint64_t first;
    std::uint64_t last;
    friend bool operator==(const Interval&, const Interval&) = default;
  };

  /// Accepts what the server prints: "uuid:1-5:7,uuid:tag:1-3" or "0-1-100,1-2-5". Whitespace
  /// and line breaks are ignored. An empty text is the empty set.
  [[nodiscard]] static Result<GtidSet> parse(std::string_view text, Flavour flavour);

  void add(const Gtid& gtid);
  void add(const GtidOrigin& origin, Interval interval);
  /// MySQL: union. MariaDB: the higher sequence number of each domain.
  void merge(const GtidSet& other);

  [[nodiscard]] bool empty() const noexcept { return origins_.empty() && domains_.empty(); }
  /// MySQL: membership. MariaDB: the domain's last sequence number is at or beyond it.
  [[nodiscard]] bool contains(const Gtid& gtid) const noexcept;

  /// As the server prints it, in one line without blanks.
  [[nodiscard]] std::string to_string() const;
  void append_to(std::string& out) const;

  /// The binary form COM_BINLOG_DUMP_GTID takes (MySQL only).
  /// https://github.com/mysql/mysql-server/blob/mysql-9.1.0/sql/rpl_gtid_set.cc Gtid_set::encode
  [[nodiscard]] std::string encode() const;
  /// Reads the binary form (PREVIOUS_GTIDS event), tagged or not.
  [[nodiscard]] static Result<GtidSet> decode(std::string_view bytes);

  friend bool operator==(const GtidSet&, const GtidSet&) = default;

 private:
  struct DomainState {
    std::uint32_t server;
    std::uint64_t sequence;
    friend bool operator==(const DomainState&, const DomainState&) = default;
  };
  std::map<GtidOrigin, std::vector<Interval>> origins_;
  std::map<std::uint32_t, DomainState> domains_;
};

}  // namespace replikey
