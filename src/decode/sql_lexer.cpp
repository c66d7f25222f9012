#include "sql_lexer.hpp"

#include <algorithm>

namespace replikey::decode {

namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_blank(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool is_word_character(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

char upper(char c) noexcept {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

bool Token::is(std::string_view word) const noexcept {
  return kind == TokenKind::Word &&
         std::ranges::equal(text, word, [](char a, char b) { return upper(a) == b; });
}

bool Token::is_symbol(char c) const noexcept {
  return kind == TokenKind::Symbol && text.front() == c;
}

std::string Token::name() const {
  std::string name;
  name.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    name += text[i];
    if (quote != '\0' && text[i] == quote) {
      ++i;
    }
  }
  return name;
}

Token SqlLexer::take() noexcept {
  const Token taken = token_;
  token_ = scan();
  return taken;
}

bool SqlLexer::accept(std::string_view word) noexcept {
  if (!token_.is(word)) {
    return false;
  }
  token_ = scan();
  return true;
}

bool SqlLexer::accept_symbol(char c) noexcept {
  if (!token_.is_symbol(c)) {
    return false;
  }
  token_ = scan();
  return true;
}

bool SqlLexer::skip_comment() noexcept {
  const char c = at(place_);
  const bool is_dashes =
      c == '-' && at(place_ + 1) == '-' &&
      (place_ + 2 >= sql_.size() || static_cast<unsigned char>(at(place_ + 2)) <= ' ');
  if (c == '#' || is_dashes) {
    const std::size_t line_end = sql_.find('\n', place_);
    place_ = line_end == std::string_view::npos ? sql_.size() : line_end + 1;
    return true;
  }
  if (c == '*' && at(place_ + 1) == '/' && in_executable_comment_) {
    in_executable_comment_ = false;
    place_ += 2;
    return true;
  }
  if (c != '/' || at(place_ + 1) != '*') {
    return false;
  }
  const bool is_maria = at(place_ + 2) == 'M' && at(place_ + 3) == '!';
  if (is_maria || at(place_ + 2) == '!') {
    in_executable_comment_ = true;
    place_ += is_maria ? 4 : 3;
    while (is_digit(at(place_))) {  // the version it is for
      ++place_;
    }
    return true;
  }
  const std::size_t close = sql_.find("*/", place_ + 2);
  place_ = close == std::string_view::npos ? sql_.size() : close + 2;
  return true;
}

void SqlLexer::skip_blanks() noexcept {
  while (place_ < sql_.size()) {
    if (is_blank(sql_[place_])) {
      ++place_;
    } else if (!skip_comment()) {
      return;
    }
  }
}

Token SqlLexer::scan_quoted(char quote) noexcept {
  const bool is_name = quote == '`' || (quote == '"' && ansi_quotes_);
  const std::size_t start = place_ + 1;
  std::size_t end = start;
  while (end < sql_.size()) {
    const char c = sql_[end];
    const bool is_escape = !is_name && c == '\\';
    if (is_escape || (c == quote && at(end + 1) == quote)) {
      end += 2;
    } else if (c != quote) {
      ++end;
    } else {
      break;
    }
  }
  end = std::min(end, sql_.size());
  place_ = std::min(end + 1, sql_.size());
  return Token{.kind = is_name ? TokenKind::Identifier : TokenKind::String,
               .text = sql_.substr(start, end - start),
               .quote = quote};
}

Token SqlLexer::scan() noexcept {
  skip_blanks();
  if (place_ >= sql_.size()) {
    return Token{};
  }
  const char c = sql_[place_];
  if (c == '`' || c == '"' || c == '\'') {
    return scan_quoted(c);
  }
  const std::size_t start = place_;
  ++place_;
  if (!is_word_character(c)) {
    return Token{.kind = TokenKind::Symbol, .text = sql_.substr(start, 1)};
  }
  while (place_ < sql_.size() && is_word_character(sql_[place_])) {
    ++place_;
  }
  return Token{.kind = TokenKind::Word, .text = sql_.substr(start, place_ - start)};
}

}  // namespace replikey::decode
