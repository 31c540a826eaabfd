// Cuts a template into tokens and applies all white space control.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace hearth::engine::jinja {

enum class TokenKind {
    Data,           // text outside of tags
    BlockBegin,     // {%
    BlockEnd,       // %}
    VariableBegin,  // {{
    VariableEnd,    // }}
    Name,
    String,  // its value, escapes resolved
    Integer,
    Float,
    Operator,
    End,
};

struct Token {
    TokenKind kind = TokenKind::End;
    std::string text;
    int line = 0;

    bool is(TokenKind k, std::string_view t) const { return kind == k && text == t; }
    bool isName(std::string_view name) const { return is(TokenKind::Name, name); }
    bool isOperator(std::string_view op) const { return is(TokenKind::Operator, op); }
};

/// As Jinja2 with trim_blocks and lstrip_blocks and without keep_trailing_newline.
/// Throws core::Exception (InvalidArgument with the line).
std::vector<Token> tokenize(std::string_view source);

}  // namespace hearth::engine::jinja
