#include "document.hpp"

#include <cstddef>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

namespace replikey::config {
namespace {

/// More than any file means to hold: an alias of aliases grows without end.
constexpr std::size_t kMaxNodes = 100'000;

Place place_of(const YAML::Mark& mark) {
  return {mark.line + 1, mark.column + 1};
}

/// What the handler finds wrong itself; leaves through yaml-cpp like its own exceptions.
struct Fault : std::runtime_error {
  Fault(Place where, const std::string& what) : std::runtime_error{what}, place{where} {}
  Place place;
};

/// Builds the tree from yaml-cpp's events, which, unlike its own nodes, show duplicate keys.
class TreeBuilder final : public YAML::EventHandler {
 public:
  [[nodiscard]] Element take() && { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add({.kind = Element::Kind::Null,
         .place = place_of(mark),
         .text = {},
         .items = {},
         .entries = {}},
        anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw Fault{place_of(mark), "an alias inside of what it stands for"};
    }
    node_count_ += found->second.size;
    add(found->second.node, 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                const std::string& value) override {
    add({.kind = Element::Kind::Scalar,
         .place = place_of(mark),
         .text = value,
         .items = {},
         .entries = {}},
        anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Element::Kind::Sequence, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& /*tag*/, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Element::Kind::Map, mark, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Element node;
    YAML::anchor_t anchor = 0;
    std::size_t nodes_before = 0;
    std::optional<Element> key;
  };
  struct Anchored {
    Element node;
    std::size_t size = 1;
  };

  void open(Element::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    stack_.push_back(
        {.node = {.kind = kind, .place = place_of(mark), .text = {}, .items = {}, .entries = {}},
         .anchor = anchor,
         .nodes_before = node_count_,
         .key = {}});
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    if (done.anchor != 0) {
      anchors_[done.anchor] = {done.node, node_count_ - done.nodes_before + 1};
    }
    add(std::move(done.node), 0);
  }

  void add(Element node, YAML::anchor_t anchor) {
    if (++node_count_ > kMaxNodes) {
      throw Fault{node.place, "more than " + std::to_string(kMaxNodes) + " values"};
    }
    if (anchor != 0) {
      anchors_[anchor] = {node, 1};
    }
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node.is_sequence()) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(parent, std::move(node));
    }
  }

  static void add_entry(Open& parent, Element value) {
    Element key = std::move(*parent.key);
    parent.key.reset();
    if (!key.is_scalar()) {
      throw Fault{key.place, "a key must be a word"};
    }
    for (const Entry& entry : parent.node.entries) {
      if (entry.key == key.text) {
        throw Fault{key.place, "\"" + key.text + "\" stands here twice; first in line " +
                                   std::to_string(entry.place.line)};
      }
    }
    if (value.is_null()) {
      value.place = key.place;
    }
    parent.node.entries.push_back({std::move(key.text), key.place, std::move(value)});
  }

  Element root_;
  std::vector<Open> stack_;
  std::unordered_map<YAML::anchor_t, Anchored> anchors_;
  std::size_t node_count_ = 0;
};

/// Ignores what it is told; only whether there is a second document matters.
class Nobody final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark& mark) override {
    throw Fault{place_of(mark), "a second YAML document; one file is one configuration"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override {}
  void OnScalar(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                const std::string& /*value*/) override {}
  void OnSequenceStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/,
                       YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value /*style*/) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark& /*mark*/, const std::string& /*tag*/, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {}
  void OnMapEnd() override {}
};

Error invalid(std::string_view file, Place place, std::string_view what) {
  return Error{ErrorCode::InvalidConfig, to_string(file, place) + ": " + std::string{what}};
}

/// yaml-cpp says "illegal map value" and the like; the usual cause is worth a word.
std::string explained(const std::string& message, std::string_view text, Place place) {
  std::size_t begin = 0;
  for (int line = 1; line < place.line && begin != std::string_view::npos; ++line) {
    begin = text.find('\n', begin);
    begin = begin == std::string_view::npos ? begin : begin + 1;
  }
  std::string_view line = begin < text.size() ? text.substr(begin) : std::string_view{};
  line = line.substr(0, line.find('\n'));
  const auto indent = line.substr(0, line.find_first_not_of(" \t"));
  if (indent.find('\t') != std::string_view::npos) {
    return "not valid YAML: " + message + " (the line is indented with a tab; use spaces)";
  }
  return "not valid YAML: " + message;
}

}  // namespace

std::string_view Element::kind_text() const noexcept {
  switch (kind) {
    case Kind::Null: return "nothing";
    case Kind::Scalar: return "a text";
    case Kind::Sequence: return "a list";
    case Kind::Map: return "a map";
  }
  return "nothing";
}

std::string to_string(std::string_view file, Place place) {
  return std::string{file} + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

Result<Element> parse_document(std::string_view text, std::string_view file) {
  try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    TreeBuilder builder;
    if (!parser.HandleNextDocument(builder)) {
      return Element{};
    }
    Nobody nobody;
    static_cast<void>(parser.HandleNextDocument(nobody));
    return std::move(builder).take();
  } catch (const Fault& fault) {
    return invalid(file, fault.place, fault.what());
  } catch (const YAML::Exception& exception) {
    const Place place = exception.mark.is_null() ? Place{} : place_of(exception.mark);
    return invalid(file, place, explained(exception.msg, text, place));
  }
}

}  // namespace replikey::config
