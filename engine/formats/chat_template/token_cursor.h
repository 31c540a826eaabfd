// A position in a list of tokens, with the checks that both halves of the parser share.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/formats/chat_template/chat_template.h"
#include "engine/formats/chat_template/failure.h"
#include "engine/formats/chat_template/lexer.h"

namespace hearth::engine::jinja {

class TokenCursor {
public:
    /// REQUIRES: tokens ends with TokenKind::End.
    explicit TokenCursor(std::vector<Token> tokens) : m_tokens(std::move(tokens)) {}

    const Token& peek(size_t ahead = 0) const {
        return m_tokens[std::min(m_position + ahead, m_tokens.size() - 1)];
    }
    Token take() {
        Token token = peek();
        m_position += m_position + 1 < m_tokens.size() ? 1 : 0;
        return token;
    }
    int line() const { return peek().line; }

    bool skipOperator(std::string_view op) { return skipIf(peek().isOperator(op)); }
    bool skipName(std::string_view name) { return skipIf(peek().isName(name)); }

    void expectOperator(std::string_view op) {
        if (!skipOperator(op))
            failHere("expected '" + std::string(op) + "'");
    }
    void expectName(std::string_view name) {
        if (!skipName(name))
            failHere("expected '" + std::string(name) + "'");
    }
    void expect(TokenKind kind, const char* what) {
        if (peek().kind != kind)
            failHere(std::string("expected ") + what);
        take();
    }
    std::string takeName(const char* what) {
        if (peek().kind != TokenKind::Name)
            failHere(std::string("expected ") + what);
        return take().text;
    }

    [[noreturn]] void failHere(const std::string& expectation) const {
        const Token& token = peek();
        const std::string found =
            token.kind == TokenKind::End ? "the end of the template" : "'" + token.text + "'";
        fail(expectation + ", found " + found, token.line);
    }

private:
    friend class DepthGuard;
    bool skipIf(bool condition) {
        if (condition)
            take();
        return condition;
    }

    std::vector<Token> m_tokens;
    size_t m_position = 0;
    int m_depth = 0;
};

/// One level of nesting while it lives.
class DepthGuard {
public:
    explicit DepthGuard(TokenCursor& cursor) : m_cursor(cursor) {
        if (++m_cursor.m_depth > ChatTemplate::kMaxDepth)
            fail("nested more than " + std::to_string(ChatTemplate::kMaxDepth) + " deep",
                 cursor.line());
    }
    ~DepthGuard() { --m_cursor.m_depth; }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;

private:
    TokenCursor& m_cursor;
};

}  // namespace hearth::engine::jinja
