#include <algorithm>
#include <charconv>
#include <tuple>

#include "replikey/mysql/connection.hpp"

namespace replikey::mysql {

bool ServerVersion::at_least(unsigned other_major, unsigned other_minor,
                             unsigned other_patch) const noexcept {
  return std::tuple{major, minor, patch} >= std::tuple{other_major, other_minor, other_patch};
}

ServerVersion parse_version(std::string_view text) {
  ServerVersion version;
  version.text = text;
  // MariaDB's handshake, and replicas that pass it on, put this in front.
  constexpr std::string_view kPretence = "5.5.5-";
  if (text.starts_with(kPretence) && text.find("MariaDB") != std::string_view::npos) {
    text.remove_prefix(kPretence.size());
  }
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  for (unsigned* part : {&version.major, &version.minor, &version.patch}) {
    const auto [next, problem] = std::from_chars(at, end, *part);
    if (problem != std::errc{}) {
      break;
    }
    at = next != end && *next == '.' ? next + 1 : end;
  }
  return version;
}

std::optional<std::size_t> Table::column(std::string_view name) const noexcept {
  const auto same = [](char a, char b) noexcept {
    const auto lower = [](char c) noexcept {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    return lower(a) == lower(b);
  };
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (std::equal(columns[i].begin(), columns[i].end(), name.begin(), name.end(), same)) {
      return i;
    }
  }
  return std::nullopt;
}

std::string_view Table::text(std::size_t row, std::size_t column) const noexcept {
  if (row >= rows.size() || column >= rows[row].size() || !rows[row][column]) {
    return {};
  }
  return *rows[row][column];
}

}  // namespace replikey::mysql
