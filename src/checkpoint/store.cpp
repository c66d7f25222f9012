#include "replikey/checkpoint/store.hpp"

#include <charconv>
#include <map>
#include <system_error>

#include "replikey/base/resp_buffer.hpp"

namespace replikey::checkpoint {
namespace {

constexpr std::string_view kVersion = "1";

Error incomplete(std::string_view name, std::string_view what) {
  return Error{ErrorCode::CorruptData,
               "the stored progress " + progress_key(name) + " is incomplete (" +
                   std::string{what} +
                   "): was Redis emptied while replikey ran? mend: say where to go on with "
                   "replikey reset --config FILE --to latest|earliest|GTID|FILE:POSITION"};
}

std::string_view to_text(Flavour flavour) {
  return flavour == Flavour::MySql ? "mysql" : "mariadb";
}

Result<Progress> from_fields(std::string_view name,
                             const std::map<std::string, std::string, std::less<>>& fields) {
  // Another version may have other fields.
  if (const auto version = fields.find("version");
      version != fields.end() && version->second != kVersion) {
    return Error{ErrorCode::Rejected, "the stored progress " + progress_key(name) +
                                          " is of format " + version->second +
                                          ", which this version of replikey does not read"};
  }
  for (const auto* wanted : {"version", "flavour", "routing", "session", "lanes"}) {
    if (!fields.contains(wanted)) {
      return incomplete(name, std::string{"no field "} + wanted);
    }
  }
  Progress out;
  const auto& flavour = fields.find("flavour")->second;
  out.flavour = flavour == to_text(Flavour::MariaDb) ? Flavour::MariaDb : Flavour::MySql;
  if (flavour != to_text(out.flavour)) {
    return incomplete(name, "unknown flavour " + flavour);
  }
  out.routing = fields.find("routing")->second;
  out.session = fields.find("session")->second;
  const auto& count_text = fields.find("lanes")->second;
  std::size_t count = 0;
  const auto* const count_end = count_text.data() + count_text.size();
  const auto [digits_end, failure] = std::from_chars(count_text.data(), count_end, count);
  if (failure != std::errc{} || digits_end != count_end || count == 0) {
    return incomplete(name, "no lanes");
  }
  for (std::size_t i = 0; i < count; ++i) {
    const auto field = fields.find(lane_field(i));
    if (field == fields.end()) {
      return incomplete(name, "no field " + lane_field(i));
    }
    auto lane = parse_lane(field->second, out.flavour);
    if (!lane) {
      return std::move(lane).error().with_context(progress_key(name) + " " + lane_field(i));
    }
    out.lanes.push_back(std::move(*lane));
  }
  return out;
}

}  // namespace

Result<std::optional<Progress>> load(redis::Connection& connection, std::string_view name) {
  auto reply = connection.command({"HGETALL", progress_key(name)});
  if (!reply) {
    return std::move(reply).error();
  }
  if (reply->is_error()) {
    return redis::to_error(reply->text).with_context("read progress");
  }
  if (reply->elements.empty()) {
    return std::optional<Progress>{};
  }
  std::map<std::string, std::string, std::less<>> fields;
  for (std::size_t i = 0; i + 1 < reply->elements.size(); i += 2) {
    fields.emplace(std::move(reply->elements[i].text), std::move(reply->elements[i + 1].text));
  }
  auto progress = from_fields(name, fields);
  if (!progress) {
    return std::move(progress).error();
  }
  return std::optional<Progress>{std::move(*progress)};
}

Result<std::optional<LaneState>> load_lane(redis::Connection& connection, std::string_view name,
                                           std::size_t lane, Flavour flavour) {
  auto reply = connection.command({"HMGET", progress_key(name), "session", lane_field(lane)});
  if (!reply) {
    return std::move(reply).error();
  }
  if (reply->is_error()) {
    return redis::to_error(reply->text).with_context("read progress");
  }
  if (reply->elements.size() != 2 || reply->elements[0].is_nil() || reply->elements[1].is_nil()) {
    return std::optional<LaneState>{};
  }
  auto parsed = parse_lane(reply->elements[1].text, flavour);
  if (!parsed) {
    return std::move(parsed).error();
  }
  return std::optional<LaneState>{
      LaneState{.session = std::move(reply->elements[0].text), .lane = std::move(*parsed)}};
}

Status save(redis::Connection& connection, std::string_view name, const Progress& progress) {
  const auto key = progress_key(name);
  RespBuffer out;
  out.command({"MULTI"});
  out.command({"UNLINK", key});
  out.begin_command(2 + 2 * (5 + progress.lanes.size()));
  out.argument("HSET");
  out.argument(key);
  const auto count = std::to_string(progress.lanes.size());
  for (const std::string_view text :
       {std::string_view{"version"}, kVersion, std::string_view{"flavour"},
        to_text(progress.flavour), std::string_view{"routing"}, std::string_view{progress.routing},
        std::string_view{"session"}, std::string_view{progress.session}, std::string_view{"lanes"},
        std::string_view{count}}) {
    out.argument(text);
  }
  for (std::size_t i = 0; i < progress.lanes.size(); ++i) {
    std::string lane;
    append_lane(lane, progress.lanes[i]);
    out.argument(lane_field(i));
    out.argument(lane);
  }
  out.command({"EXEC"});
  if (auto status = connection.send(out.view()); !status) {
    return status;
  }
  for (int i = 0; i < 4; ++i) {  // MULTI, UNLINK, HSET, EXEC
    auto reply = connection.read_reply();
    if (!reply) {
      return std::move(reply).error();
    }
    if (reply->is_error()) {
      return redis::to_error(reply->text).with_context("save progress");
    }
    for (const auto& element : reply->elements) {
      if (element.is_error()) {
        return redis::to_error(element.text).with_context("save progress");
      }
    }
  }
  return ok();
}

}  // namespace replikey::checkpoint
