#include "replikey/checkpoint/progress.hpp"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

namespace replikey::checkpoint {
namespace {

void append_number(std::string& out, std::int64_t value) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
  out.append(std::begin(digits), static_cast<std::size_t>(end - std::begin(digits)));
}

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    if (static_cast<unsigned char>(c) < ' ') {
      constexpr std::string_view kHex = "0123456789abcdef";
      const auto code = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kHex[code >> 4U];
      out += kHex[code & 0xFU];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_place(std::string& out, const BinlogPosition& position) {
  out += "{\"file\":";
  append_text(out, position.file);
  out += ",\"position\":";
  append_number(out, static_cast<std::int64_t>(position.offset));
}

void append_coordinate(std::string& out, const Coordinate& coordinate) {
  append_place(out, coordinate.position);
  out += ",\"rows\":";
  append_number(out, static_cast<std::int64_t>(coordinate.rows));
  if (coordinate.gtid.kind != Gtid::Kind::None) {
    out += ",\"gtid\":\"";
    append_to(out, coordinate.gtid);
    out += '"';
  }
  out += '}';
}

Error damaged(std::string_view why) {
  return Error{ErrorCode::CorruptData, "stored progress is damaged: " + std::string{why}};
}

BinlogPosition read_place(const nlohmann::json& object) {
  return {.file = object.at("file").get<std::string>(),
          .offset = object.at("position").get<std::uint64_t>()};
}

Result<Coordinate> read_coordinate(const nlohmann::json& object) {
  Coordinate out{
      .position = read_place(object), .rows = object.at("rows").get<std::uint64_t>(), .gtid = {}};
  if (const auto gtid = object.find("gtid"); gtid != object.end()) {
    auto parsed = parse_gtid(gtid->get<std::string>());
    if (!parsed) {
      return damaged(parsed.error().message());
    }
    out.gtid = *parsed;
  }
  return out;
}

/// 0 for a token without a number.
std::uint64_t number_of(std::string_view session) noexcept {
  std::uint64_t number = 0;
  const auto end = session.data() + session.size();
  const auto read = std::from_chars(session.data(), end, number);
  return read.ec == std::errc{} && read.ptr != end && *read.ptr == '-' ? number : 0;
}

}  // namespace

std::string next_session(std::string_view previous, std::string_view label) {
  return std::to_string(number_of(previous) + 1) + "-" + std::string{label};
}

bool is_earlier_session(std::string_view a, std::string_view b) noexcept {
  return number_of(a) < number_of(b);
}

std::strong_ordering compare(const Coordinate& a, const Coordinate& b) noexcept {
  const auto order = replikey::compare(a.position, b.position);
  return order != 0 ? order : a.rows <=> b.rows;
}

const LaneProgress& lowest(const std::vector<LaneProgress>& lanes) {
  return *std::min_element(lanes.begin(), lanes.end(), [](const auto& a, const auto& b) {
    return compare(a.judged, b.judged) < 0;
  });
}

const Coordinate& highest_applied(const std::vector<LaneProgress>& lanes) {
  return std::max_element(
             lanes.begin(), lanes.end(),
             [](const auto& a, const auto& b) { return compare(a.applied, b.applied) < 0; })
      ->applied;
}

bool is_level(const std::vector<LaneProgress>& lanes) {
  return std::all_of(lanes.begin(), lanes.end(), [&](const LaneProgress& lane) {
    return compare(lane.judged, lane.applied) == 0 && lane.judged.rows == 0 &&
           compare(lane.judged, lanes.front().judged) == 0;
  });
}

std::vector<LaneProgress> level_lanes(const ResumePoint& point, std::string_view source,
                                      std::size_t count) {
  LaneProgress lane;
  lane.source = source;
  lane.resume = point;
  lane.judged.position = point.position;
  lane.applied = lane.judged;
  return std::vector<LaneProgress>(count, lane);
}

std::string progress_key(std::string_view name) {
  return "replikey:{" + std::string{name} + "}:progress";
}

std::string lane_field(std::size_t lane) {
  return "lane:" + std::to_string(lane);
}

void append_lane(std::string& out, const LaneProgress& lane) {
  append_lane(out, lane, lane.applied);
}

void append_lane(std::string& out, const LaneProgress& lane, const Coordinate& applied) {
  out += "{\"source\":";
  append_text(out, lane.source);
  out += ",\"resume\":";
  append_place(out, lane.resume.position);
  out += ",\"gtid\":\"";
  lane.resume.executed.append_to(out);
  out += lane.resume.has_whole_history ? "\",\"whole\":true}" : "\",\"whole\":false}";
  out += ",\"judged\":";
  append_coordinate(out, lane.judged);
  out += ",\"applied\":";
  append_coordinate(out, applied);
  out += ",\"timestamp\":";
  append_number(out, lane.timestamp);
  out += '}';
}

Result<LaneProgress> parse_lane(std::string_view text, Flavour flavour) try {
  const auto json = nlohmann::json::parse(text);
  LaneProgress lane;
  lane.source = json.at("source").get<std::string>();
  const auto& resume = json.at("resume");
  lane.resume.position = read_place(resume);
  lane.resume.has_whole_history = resume.at("whole").get<bool>();
  auto executed = GtidSet::parse(resume.at("gtid").get<std::string>(), flavour);
  if (!executed) {
    return damaged(executed.error().message());
  }
  lane.resume.executed = std::move(*executed);
  auto judged = read_coordinate(json.at("judged"));
  auto applied = read_coordinate(json.at("applied"));
  if (!judged || !applied) {
    return judged ? std::move(applied).error() : std::move(judged).error();
  }
  lane.judged = std::move(*judged);
  lane.applied = std::move(*applied);
  lane.timestamp = json.at("timestamp").get<std::int64_t>();
  return lane;
} catch (const nlohmann::json::exception& error) {
  return damaged(error.what());
}

}  // namespace replikey::checkpoint
