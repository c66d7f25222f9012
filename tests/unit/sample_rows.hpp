#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "replikey/base/byte_cursor.hpp"
#include "replikey/model/cell.hpp"
#include "replikey/model/column.hpp"
#include "replikey/route/table_plan.hpp"

namespace replikey::test {

inline constexpr std::uint16_t kUtf8mb4 = 255;

inline Column integer_column(std::string name) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::Long;
  column.has_known_signedness = true;
  column.width = 4;
  return column;
}

inline Column text_column(std::string name) {
  Column column;
  column.name = std::move(name);
  column.type = ColumnType::Varchar;
  column.has_known_collation = true;
  column.collation = kUtf8mb4;
  column.width = 2;
  column.max_bytes = 4000;
  return column;
}

/// shop.article (id INT, title VARCHAR, author VARCHAR).
inline std::shared_ptr<const TableSchema> article_schema() {
  auto schema = std::make_shared<TableSchema>();
  schema->database = "shop";
  schema->table = "article";
  schema->columns = {integer_column("id"), text_column("title"), text_column("author")};
  schema->primary_key = {0};
  schema->has_names = true;
  return schema;
}

inline Cell null_cell() {
  return {.data = nullptr, .size = 0, .state = Cell::State::Null};
}

inline Cell text_cell(std::string_view text) {
  const auto bytes = as_bytes(text);
  return {.data = bytes.data(),
          .size = static_cast<std::uint32_t>(bytes.size()),
          .state = Cell::State::Value};
}

/// A row of shop.article; owns what its cells view.
class ArticleRow {
 public:
  using Text = std::optional<std::string>;
  ArticleRow(std::optional<std::int32_t> id, Text title, Text author)
      : texts_(3), cells_(3, null_cell()) {
    if (id) {
      const auto number = static_cast<std::uint32_t>(*id);
      for (int shift = 0; shift < 32; shift += 8) {
        texts_[0] += static_cast<char>((number >> shift) & 0xFFU);
      }
      cells_[0] = text_cell(texts_[0]);
    }
    set(1, std::move(title));
    set(2, std::move(author));
  }
  ArticleRow(const ArticleRow&) = delete;
  ArticleRow& operator=(const ArticleRow&) = delete;

  ArticleRow& without(std::size_t column) {
    cells_[column] = Cell{};
    return *this;
  }
  [[nodiscard]] Row row() const noexcept { return cells_; }

 private:
  void set(std::size_t column, Text text) {
    if (text) {
      texts_[column] = std::move(*text);
      cells_[column] = text_cell(texts_[column]);
    }
  }

  std::deque<std::string> texts_;
  std::vector<Cell> cells_;
};

inline route::RuleOptions article_options() {
  route::RuleOptions options;
  options.tables = {"shop.article"};
  options.key = "article:{id}";
  return options;
}

/// Rules and the plan they make for a table; ends the test's process when they make none.
class Plan {
 public:
  explicit Plan(const std::vector<route::RuleOptions>& options,
                std::shared_ptr<const TableSchema> schema = article_schema()) {
    for (const auto& rule : options) {
      auto compiled = route::Rule::compile(rule);
      EXPECT_TRUE(compiled) << compiled.error().message();
      rules_.push_back(std::move(*compiled));
    }
    auto built = route::TablePlan::build(std::move(schema), rules_);
    EXPECT_TRUE(built) << built.error().message();
    plan_ = std::move(*built);
  }
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  [[nodiscard]] const route::TablePlan* get() const noexcept { return plan_.get(); }
  [[nodiscard]] const route::Target& target(std::size_t index = 0) const {
    return plan_->targets()[index];
  }
  [[nodiscard]] const TableSchema& schema() const noexcept { return plan_->schema(); }

 private:
  std::vector<route::Rule> rules_;
  std::unique_ptr<const route::TablePlan> plan_;
};

}  // namespace replikey::test
