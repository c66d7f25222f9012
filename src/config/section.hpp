#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "document.hpp"
#include "keys.hpp"
#include "problems.hpp"

namespace replikey::config {

/// Reads one map of the file by its keys. Every reader leaves `into` alone when the key is not
/// there or empty, and adds a problem when it holds something else than asked for.
/// Borrows node and problems. Thread: any one at a time.
class Section {
 public:
  /// Adds a problem for every key that is not in `keys`. A node of nothing is an empty map.
  Section(const Element& node, const KeySet& keys, Problems& problems);

  /// The value, or null when the key is not there or holds nothing.
  [[nodiscard]] const Element* find(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }
  /// Where the key's value stands; the section's own place when it is not there.
  [[nodiscard]] Place place_of(std::string_view key) const;
  [[nodiscard]] Place place() const noexcept { return node_.place; }

  void text(std::string_view key, std::string& into) const;
  void required_text(std::string_view key, std::string& into) const;
  void texts(std::string_view key, std::vector<std::string>& into) const;
  void duration(std::string_view key, std::chrono::milliseconds& into,
                std::chrono::milliseconds min, std::chrono::milliseconds max) const;
  void size(std::string_view key, std::size_t& into, std::uint64_t min) const;

  template <typename Number>
  void number(std::string_view key, Number& into, std::uint64_t min, std::uint64_t max) const {
    if (const auto value = read_number(key, min, max)) {
      into = static_cast<Number>(*value);
    }
  }

  template <typename Choice>
  void choice(std::string_view key, Choice& into,
              std::initializer_list<std::pair<std::string_view, Choice>> choices) const {
    const auto* node = scalar(key);
    if (node == nullptr) {
      return;
    }
    std::vector<std::string> words;
    for (const auto& [word, value] : choices) {
      if (word == node->text) {
        into = value;
        return;
      }
      words.emplace_back(word);
    }
    unknown_word(key, *node, words);
  }

  /// For keys whose feature is not there yet: any value but one of `accepted` is a problem.
  void not_available(std::string_view key,
                     std::initializer_list<std::string_view> accepted = {}) const;
  /// Of two keys that say the same thing only one may stand.
  void exclusive(std::string_view key, std::string_view other) const;

  void problem(std::string_view key, std::string_view what) const;
  /// `"word" is no KEY (did you mean …?); one of: …`.
  void unknown_word(std::string_view key, const Element& node,
                    const std::vector<std::string>& words) const;
  [[nodiscard]] Problems& problems() const noexcept { return problems_; }
  /// "mysql.tls.mode".
  [[nodiscard]] std::string path_of(std::string_view key) const;

 private:
  /// The key's value when it is a text; a problem when it is anything else.
  [[nodiscard]] const Element* scalar(std::string_view key) const;
  [[nodiscard]] std::optional<std::uint64_t> read_number(std::string_view key, std::uint64_t min,
                                                         std::uint64_t max) const;

  const Element& node_;
  const KeySet& keys_;
  Problems& problems_;
};

}  // namespace replikey::config
