#include "exchange.hpp"

namespace replikey::write {
namespace {

/// Takes the one reply of a command that is being queued.
struct QueuedReply {
  std::string* error = nullptr;

  static void visit(void* context, long /*index*/, redis::ReplyKind kind, std::string_view text) {
    auto& self = *static_cast<QueuedReply*>(context);
    if (kind == redis::ReplyKind::Error && self.error->empty()) {
      *self.error = text;
    }
  }
};

struct ExecReply {
  Verdict* verdict = nullptr;
  std::string_view session;

  static void visit(void* context, long index, redis::ReplyKind kind, std::string_view text) {
    auto& self = *static_cast<ExecReply*>(context);
    auto& verdict = *self.verdict;
    if (index < 0) {
      verdict.is_executed = kind == redis::ReplyKind::Array;
      if (!verdict.is_executed && verdict.refusal.empty()) {
        verdict.refusal =
            kind == redis::ReplyKind::Error ? std::string{text} : "EXEC answered without executing";
      }
      return;
    }
    if (index == 0 && kind == redis::ReplyKind::String) {
      verdict.session = text == self.session ? Verdict::Session::Ours : Verdict::Session::Other;
    }
    if (kind == redis::ReplyKind::Error) {
      if (verdict.failure_count == 0) {
        // Element 0 is the session token: the batch's own commands begin at 1.
        verdict.failed_command = static_cast<std::size_t>(index) - (index > 0 ? 1 : 0);
        verdict.failure = text;
      }
      ++verdict.failure_count;
    }
  }
};

}  // namespace

Result<Verdict> read_verdict(redis::Connection& connection, std::size_t queued,
                             std::string_view session) {
  Verdict verdict;
  QueuedReply reply{.error = &verdict.refusal};
  for (std::size_t i = 0; i < queued + 1; ++i) {  // MULTI, then one +QUEUED each
    if (auto status = connection.visit_reply(&QueuedReply::visit, &reply); !status) {
      return std::move(status).error();
    }
  }
  ExecReply exec{.verdict = &verdict, .session = session};
  if (auto status = connection.visit_reply(&ExecReply::visit, &exec); !status) {
    return std::move(status).error();
  }
  return verdict;
}

}  // namespace replikey::write
