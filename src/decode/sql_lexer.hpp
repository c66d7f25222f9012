#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace replikey::decode {

enum class TokenKind : std::uint8_t {
  End,
  Word,        ///< Keyword or bare identifier; digits too.
  Identifier,  ///< Quoted; `text` is without the outer quotes, inner ones still doubled.
  String,
  Symbol,  ///< One character.
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::string_view text;
  char quote = '\0';

  /// Case does not matter; `word` is given in upper case. Quoted names are never keywords.
  [[nodiscard]] bool is(std::string_view word) const noexcept;
  [[nodiscard]] bool is_symbol(char c) const noexcept;
  [[nodiscard]] bool can_be_name() const noexcept {
    return kind == TokenKind::Word || kind == TokenKind::Identifier;
  }
  /// The name it stands for.
  [[nodiscard]] std::string name() const;
};

/// Cuts SQL into tokens, one ahead. Comments are left out; what an executable comment holds is
/// not. Borrows the SQL. Never fails: a quote that is not closed runs to the end.
class SqlLexer {
 public:
  SqlLexer(std::string_view sql, bool ansi_quotes) noexcept
      : sql_{sql}, ansi_quotes_{ansi_quotes}, token_{scan()} {}

  [[nodiscard]] const Token& peek() const noexcept { return token_; }
  Token take() noexcept;
  /// Takes the token if it is `word`.
  bool accept(std::string_view word) noexcept;
  bool accept_symbol(char c) noexcept;

 private:
  Token scan() noexcept;
  Token scan_quoted(char quote) noexcept;
  void skip_blanks() noexcept;
  bool skip_comment() noexcept;
  [[nodiscard]] char at(std::size_t place) const noexcept {
    return place < sql_.size() ? sql_[place] : '\0';
  }

  std::string_view sql_;
  bool ansi_quotes_;
  std::size_t place_ = 0;
  bool in_executable_comment_ = false;
  Token token_;
};

}  // namespace replikey::decode
