#include <limits>

#include "scalars.hpp"
#include "sections.hpp"

#include "replikey/model/gtid_set.hpp"

namespace replikey::config {
namespace {

void read_word(const Section& mysql, const Element& node, pipeline::Start& start) {
  if (node.text == "latest") {
    start = pipeline::StartLatest{};
  } else if (node.text == "earliest") {
    start = pipeline::StartEarliest{};
  } else if (node.text == "snapshot") {
    mysql.problem("start", "snapshot is not available in this version");
  } else {
    mysql.unknown_word("start", node,
                       {"latest", "earliest", "snapshot", "{gtid: …}", "{file: …, position: …}",
                        "{timestamp: …}"});
  }
}

void read_gtid(const Section& section, pipeline::Start& start) {
  std::string gtid;
  section.required_text("gtid", gtid);
  // Which of the two it must be is known only once the server is asked.
  const auto mysql = GtidSet::parse(gtid, Flavour::MySql);
  if (!mysql && !GtidSet::parse(gtid, Flavour::MariaDb)) {
    section.problem("gtid", mysql.error().message());
  }
  start = pipeline::StartGtid{std::move(gtid)};
}

void read_position(const Section& section, pipeline::Start& start) {
  BinlogPosition position;
  section.required_text("file", position.file);
  if (!section.has("position")) {
    section.problem("file", "needs mysql.start.position beside it (4 is the file's beginning)");
  }
  section.number("position", position.offset, 4, std::numeric_limits<std::int64_t>::max());
  start = std::move(position);
}

void read_timestamp(const Section& section, pipeline::Start& start) {
  std::string text;
  section.required_text("timestamp", text);
  const auto instant = parse_instant(text);
  if (!instant) {
    section.problem("timestamp", instant.error().message());
    return;
  }
  start = pipeline::StartTimestamp{*instant};
}

}  // namespace

void read_start(const Section& mysql, pipeline::Start& start) {
  const auto* node = mysql.find("start");
  if (node == nullptr) {
    return;
  }
  if (node->is_scalar()) {
    read_word(mysql, *node, start);
    return;
  }
  const Section section{*node, kStartKeys, mysql.problems()};
  if (!node->is_map()) {
    return;
  }
  section.exclusive("gtid", "file");
  section.exclusive("gtid", "position");
  section.exclusive("gtid", "timestamp");
  section.exclusive("timestamp", "file");
  section.exclusive("timestamp", "position");
  if (section.has("gtid")) {
    read_gtid(section, start);
  } else if (section.has("timestamp")) {
    read_timestamp(section, start);
  } else if (section.has("file") || section.has("position")) {
    read_position(section, start);
  } else if (node->entries.empty()) {
    mysql.problem("start", "names no place; give gtid, file and position, or timestamp");
  }
}

}  // namespace replikey::config
