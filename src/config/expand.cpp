#include "expand.hpp"

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace replikey::config {
namespace {

bool is_name(std::string_view text) noexcept {
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
  return !text.empty() && (text[0] < '0' || text[0] > '9') &&
         text.find_first_not_of(kLetters) == std::string_view::npos;
}

/// The value of what stands between the braces.
std::optional<std::string> value_of(std::string_view reference, Place place, Problems& problems) {
  const auto dash = reference.find(":-");
  const std::string name{reference.substr(0, dash)};
  if (!is_name(name)) {
    problems.add(place, "\"${" + std::string{reference} +
                            "}\" names no variable; write $${ for a literal ${");
    return std::nullopt;
  }
  // The environment does not change while a file is read. NOLINTNEXTLINE(concurrency-mt-unsafe)
  const char* value = std::getenv(name.c_str());
  if (dash != std::string_view::npos) {
    return value == nullptr || *value == '\0' ? std::string{reference.substr(dash + 2)} : value;
  }
  if (value == nullptr) {
    problems.add(place, "the environment variable " + name + " is not set; set it, or write ${" +
                            name + ":-default}");
    return std::nullopt;
  }
  return value;
}

void expand_scalar(Element& node, Problems& problems) {
  std::string expanded;
  std::string_view rest = node.text;
  for (auto dollar = rest.find('$'); dollar != std::string_view::npos; dollar = rest.find('$')) {
    expanded += rest.substr(0, dollar);
    rest.remove_prefix(dollar);
    if (rest.starts_with("$${")) {
      expanded += "${";
      rest.remove_prefix(3);
    } else if (rest.starts_with("${")) {
      const auto end = rest.find('}');
      if (end == std::string_view::npos) {
        problems.add(node.place, R"("${" without "}"; write $${ for a literal ${)");
        return;
      }
      const auto value = value_of(rest.substr(2, end - 2), node.place, problems);
      if (!value) {
        return;
      }
      expanded += *value;
      rest.remove_prefix(end + 1);
    } else {
      expanded += '$';
      rest.remove_prefix(1);
    }
  }
  expanded += rest;
  node.text = std::move(expanded);
}

}  // namespace

void expand_variables(Element& node, Problems& problems) {
  if (node.is_scalar()) {
    expand_scalar(node, problems);
  }
  for (auto& item : node.items) {
    expand_variables(item, problems);
  }
  for (auto& entry : node.entries) {
    expand_variables(entry.value, problems);
  }
}

}  // namespace replikey::config
