#include "section.hpp"

#include <algorithm>
#include <cassert>

#include "scalars.hpp"

#include "replikey/base/nearest.hpp"

namespace replikey::config {
namespace {

std::string duration_text(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  return count % 1000 == 0 ? std::to_string(count / 1000) + "s" : std::to_string(count) + "ms";
}

}  // namespace

Section::Section(const Element& node, const KeySet& keys, Problems& problems)
    : node_{node}, keys_{keys}, problems_{problems} {
  if (!node.is_map() && !node.is_null()) {
    problems.add(node.place,
                 (keys.path.empty() ? std::string{"the file"} : std::string{keys.path}) +
                     " must be a map of keys, not " + std::string{node.kind_text()});
    return;
  }
  const std::vector<std::string> known{keys.keys.begin(), keys.keys.end()};
  for (const auto& entry : node.entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      problems.add(entry.place, "unknown key \"" + entry.key + "\"" +
                                    (keys.path.empty() ? "" : " in " + std::string{keys.path}) +
                                    did_you_mean(entry.key, known));
    }
  }
}

const Element* Section::find(std::string_view key) const {
  assert(std::find(keys_.keys.begin(), keys_.keys.end(), key) != keys_.keys.end());
  for (const auto& entry : node_.entries) {
    if (entry.key == key) {
      return entry.value.is_null() ? nullptr : &entry.value;
    }
  }
  return nullptr;
}

Place Section::place_of(std::string_view key) const {
  const auto* node = find(key);
  return node == nullptr ? node_.place : node->place;
}

std::string Section::path_of(std::string_view key) const {
  return keys_.path.empty() ? std::string{key} : std::string{keys_.path} + "." + std::string{key};
}

void Section::problem(std::string_view key, std::string_view what) const {
  problems_.add(place_of(key), path_of(key) + ": " + std::string{what});
}

const Element* Section::scalar(std::string_view key) const {
  const auto* node = find(key);
  if (node == nullptr || node->is_scalar()) {
    return node;
  }
  problem(key, "must be a text, not " + std::string{node->kind_text()});
  return nullptr;
}

void Section::text(std::string_view key, std::string& into) const {
  if (const auto* node = scalar(key)) {
    into = node->text;
  }
}

void Section::required_text(std::string_view key, std::string& into) const {
  if (!has(key)) {
    problems_.add(node_.place, path_of(key) + " is missing");
    return;
  }
  const auto* node = scalar(key);
  if (node == nullptr) {
    return;
  }
  if (node->text.empty()) {
    problem(key, "is empty");
  }
  into = node->text;
}

void Section::texts(std::string_view key, std::vector<std::string>& into) const {
  const auto* node = find(key);
  if (node == nullptr) {
    return;
  }
  if (!node->is_sequence()) {
    problem(key, "must be a list, for example [a, b], not " + std::string{node->kind_text()});
    return;
  }
  for (const auto& item : node->items) {
    if (item.is_scalar() && !item.text.empty()) {
      into.push_back(item.text);
    } else {
      problems_.add(item.place,
                    path_of(key) + ": must list texts, not " +
                        std::string{item.is_scalar() ? "an empty text" : item.kind_text()});
    }
  }
}

void Section::duration(std::string_view key, std::chrono::milliseconds& into,
                       std::chrono::milliseconds min, std::chrono::milliseconds max) const {
  const auto* node = scalar(key);
  if (node == nullptr) {
    return;
  }
  const auto value = parse_duration(node->text);
  if (!value) {
    problem(key, value.error().message());
  } else if (*value < min || *value > max) {
    problem(key, node->text + " is out of range; it must be between " + duration_text(min) +
                     " and " + duration_text(max));
  } else {
    into = *value;
  }
}

void Section::size(std::string_view key, std::size_t& into, std::uint64_t min) const {
  const auto* node = scalar(key);
  if (node == nullptr) {
    return;
  }
  const auto value = parse_size(node->text);
  if (!value) {
    problem(key, value.error().message());
  } else if (*value < min) {
    problem(key, node->text + " is too small; it must be at least " + std::to_string(min) + "B");
  } else {
    into = *value;
  }
}

std::optional<std::uint64_t> Section::read_number(std::string_view key, std::uint64_t min,
                                                  std::uint64_t max) const {
  const auto* node = scalar(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  const auto value = parse_number(node->text, min, max);
  if (!value) {
    problem(key, value.error().message());
    return std::nullopt;
  }
  return *value;
}

void Section::unknown_word(std::string_view key, const Element& node,
                           const std::vector<std::string>& words) const {
  std::string list;
  for (const auto& word : words) {
    list += (list.empty() ? "" : ", ") + word;
  }
  problems_.add(node.place, path_of(key) + ": unknown value \"" + node.text + "\"" +
                                did_you_mean(node.text, words) + "; one of: " + list);
}

void Section::not_available(std::string_view key,
                            std::initializer_list<std::string_view> accepted) const {
  const auto* node = find(key);
  if (node == nullptr) {
    return;
  }
  const bool is_accepted = node->is_scalar() && std::find(accepted.begin(), accepted.end(),
                                                          node->text) != accepted.end();
  if (!is_accepted) {
    const auto what = node->is_scalar() && accepted.size() != 0 ? ": " + node->text : std::string{};
    problems_.add(node->place, path_of(key) + what + " is not available in this version");
  }
}

void Section::exclusive(std::string_view key, std::string_view other) const {
  if (has(key) && has(other)) {
    problem(other, "stands beside " + path_of(key) + "; only one of them may be given");
  }
}

}  // namespace replikey::config
