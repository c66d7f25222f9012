#include "replikey/value/time_zone.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "zone_rules.hpp"

#include "replikey/base/nearest.hpp"

namespace replikey::value {
namespace {

const std::filesystem::path& database() {
  static const std::filesystem::path path = "/usr/share/zoneinfo";
  return path;
}

class FixedZone final : public TimeZone {
 public:
  explicit FixedZone(std::int64_t offset) noexcept : offset_{offset} {}
  [[nodiscard]] std::int64_t offset_at(std::int64_t /*utc_seconds*/) const noexcept override {
    return offset_;
  }

 private:
  std::int64_t offset_;
};

class NamedZone final : public TimeZone {
 public:
  explicit NamedZone(std::vector<Transition> transitions) noexcept
      : transitions_{std::move(transitions)} {}
  [[nodiscard]] std::int64_t offset_at(std::int64_t utc_seconds) const noexcept override {
    const auto next = std::upper_bound(
        transitions_.begin() + 1, transitions_.end(), utc_seconds,
        [](std::int64_t seconds, const Transition& transition) { return seconds < transition.at; });
    return std::prev(next)->offset;
  }

 private:
  std::vector<Transition> transitions_;  // never empty; the first has no beginning
};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// "+02:00", up to 14 hours as MySQL takes them.
std::optional<std::int64_t> parse_offset(std::string_view text) noexcept {
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
      !is_digit(text[1]) || !is_digit(text[2]) || !is_digit(text[4]) || !is_digit(text[5])) {
    return std::nullopt;
  }
  const std::int64_t hours = (text[1] - '0') * 10 + (text[2] - '0');
  const std::int64_t minutes = (text[4] - '0') * 10 + (text[5] - '0');
  const std::int64_t offset = hours * 3600 + minutes * 60;
  if (minutes > 59 || offset > std::int64_t{14} * 3600) {
    return std::nullopt;
  }
  return text[0] == '-' ? -offset : offset;
}

/// A name, and not a way out of the database's folder.
bool is_zone_name(std::string_view name) noexcept {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  return !name.empty() && name.front() != '/' && name.back() != '/' &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

std::optional<std::string> read_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return std::nullopt;
  }
  std::string content(std::filesystem::file_size(path, error), '\0');
  std::ifstream file{path, std::ios::binary};
  if (error || !file.read(content.data(), static_cast<std::streamsize>(content.size()))) {
    return std::nullopt;
  }
  return content;
}

std::vector<std::string> zone_names() {
  std::vector<std::string> names{"UTC"};
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry{database(), error};
  for (; !error && entry != std::filesystem::recursive_directory_iterator{};
       entry.increment(error)) {
    const std::string name = entry->path().lexically_relative(database()).string();
    if (name == "posix" || name == "right") {
      entry.disable_recursion_pending();
    } else if (!name.empty() && name.front() >= 'A' && name.front() <= 'Z' &&
               entry->is_regular_file(error)) {
      names.push_back(name);
    }
  }
  return names;
}

Error unknown_zone(std::string_view name) {
  std::error_code ignored;
  std::string message = "time zone \"" + std::string{name} + "\" is not known";
  if (!std::filesystem::is_directory(database(), ignored)) {
    return {ErrorCode::InvalidConfig, message + ": there is no time zone database in " +
                                          database().string() + "; install tzdata"};
  }
  return {ErrorCode::InvalidConfig, message + did_you_mean(name, zone_names())};
}

}  // namespace

Result<std::shared_ptr<const TimeZone>> TimeZone::find(std::string_view name) {
  if (name == "UTC") {
    return std::shared_ptr<const TimeZone>{std::make_shared<FixedZone>(0)};
  }
  if (const auto offset = parse_offset(name)) {
    return std::shared_ptr<const TimeZone>{std::make_shared<FixedZone>(*offset)};
  }
  if (!is_zone_name(name)) {
    return unknown_zone(name);
  }
  const auto file = read_file(database() / name);
  auto transitions = file ? parse_zone_file(*file) : std::nullopt;
  if (!transitions) {
    return unknown_zone(name);
  }
  return std::shared_ptr<const TimeZone>{std::make_shared<NamedZone>(*std::move(transitions))};
}

}  // namespace replikey::value
