#include "row_renderer.hpp"

#include <span>

#include "replikey/decode/rows.hpp"
#include "replikey/render/commands.hpp"

namespace replikey::write {
namespace {

/// Redis refuses larger bulk strings and hangs up (proto-max-bulk-len, its default).
constexpr std::size_t kLargestChange = std::size_t{512} * 1024 * 1024;

Status split(const TableSchema& schema, const std::byte* present, const std::byte* image,
             std::uint32_t size, std::vector<Cell>& cells) {
  const auto bitmap_size = (schema.columns.size() + 7) / 8;
  auto used = decode::split_image(schema, {present, bitmap_size}, {image, size}, cells);
  return used ? ok() : Status{std::move(used).error()};
}

}  // namespace

Result<std::size_t> RowRenderer::append(RespBuffer& out, const Change& change) {
  const auto& schema = change.plan->schema();
  const auto& target = change.plan->targets()[change.target];
  const auto with_place = [&](Error error) {
    return std::move(error).with_context("table " + schema.database + "." + schema.table +
                                         ", rule \"" + target.rule->name() + "\"");
  };
  Row before;
  Row after;
  if (change.action != render::Action::Remove) {
    if (change.before != nullptr && target.rule->options().type == route::RuleType::Hash) {
      if (auto status =
              split(schema, change.before_present, change.before, change.before_size, before_);
          !status) {
        return with_place(std::move(status).error());
      }
      before = before_;
    }
    if (auto status = split(schema, change.after_present, change.after, change.after_size, after_);
        !status) {
      return with_place(std::move(status).error());
    }
    after = after_;
  }
  const auto begin = out.size();
  auto commands = render::append_commands(out, target, schema, change.action,
                                          {change.key, change.key_size}, before, after);
  if (!commands) {
    return with_place(std::move(commands).error());
  }
  if (out.size() - begin > kLargestChange) {
    out.truncate(begin);
    return with_place(Error{ErrorCode::Unsupported,
                            "the row is larger than the 512 MiB Redis takes in one value; mend: "
                            "leave its large columns out (exclude_columns)"});
  }
  return commands;
}

}  // namespace replikey::write
