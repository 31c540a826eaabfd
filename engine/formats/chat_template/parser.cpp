#include "engine/formats/chat_template/parser.h"

#include <array>
#include <initializer_list>

#include "engine/formats/chat_template/expression_parser.h"
#include "engine/formats/chat_template/token_cursor.h"

namespace hearth::engine::jinja {

namespace {

/// The statement half of the parser.
class StatementParser {
public:
    explicit StatementParser(TokenCursor& cursor) : m_cursor(cursor), m_expressions(cursor) {}

    Block parseAll() {
        Block block = parseBlock({});
        if (m_cursor.peek().kind != TokenKind::End)
            m_cursor.failHere("no block is open here");
        return block;
    }

private:
    /// Up to a tag that begins with one of `ends`, whose "{%" is consumed, or to the end.
    Block parseBlock(std::initializer_list<std::string_view> ends) {
        const DepthGuard guard(m_cursor);
        Block block;
        while (m_cursor.peek().kind != TokenKind::End) {
            if (m_cursor.peek().kind == TokenKind::BlockBegin) {
                const Token& name = m_cursor.peek(1);
                for (const std::string_view end : ends) {
                    if (name.isName(end)) {
                        m_cursor.take();
                        return block;
                    }
                }
            }
            block.push_back(parseStatement());
        }
        if (ends.size() > 0)
            m_cursor.failHere("expected {% " + std::string(*ends.begin()) + " %}");
        return block;
    }

    Statement parseStatement() {
        const Token token = m_cursor.take();
        if (token.kind == TokenKind::Data)
            return {token.line, DataStatement{MarkedString(token.text)}};
        if (token.kind == TokenKind::VariableBegin) {
            OutputStatement output{m_expressions.parseTuple()};
            m_cursor.expect(TokenKind::VariableEnd, "'}}'");
            return {token.line, std::move(output)};
        }
        return parseTag();
    }

    Statement parseTag() {
        using Parse = Statement (StatementParser::*)();
        static constexpr std::array<std::pair<std::string_view, Parse>, 8> kTags = {{
            {"if", &StatementParser::parseIf},
            {"for", &StatementParser::parseFor},
            {"set", &StatementParser::parseSet},
            {"macro", &StatementParser::parseMacro},
            {"filter", &StatementParser::parseFilterBlock},
            {"generation", &StatementParser::parseGeneration},
            {"break", &StatementParser::parseBreak},
            {"continue", &StatementParser::parseContinue},
        }};
        const int line = m_cursor.line();
        const std::string name = m_cursor.takeName("the name of a tag");
        for (const auto& [tag, parse] : kTags) {
            if (name == tag) {
                Statement statement = (this->*parse)();
                statement.line = line;
                return statement;
            }
        }
        fail(core::ErrorCode::Unsupported, "the tag '" + name + "' is not known or not open here",
             line);
    }

    void endTag() { m_cursor.expect(TokenKind::BlockEnd, "'%}'"); }
    void endBlock(std::string_view name) {
        m_cursor.expectName(name);
        endTag();
    }

    Statement parseIf() {
        IfStatement statement;
        bool isLast = false;
        for (bool first = true; !isLast; first = false) {
            if (!first && m_cursor.skipName("endif"))
                break;
            isLast = !first && m_cursor.skipName("else");
            if (!first && !isLast)
                m_cursor.expectName("elif");
            ExpressionPtr condition = isLast ? nullptr : m_expressions.parseTuple();
            endTag();
            Block body = isLast ? parseBlock({"endif"}) : parseBlock({"endif", "elif", "else"});
            statement.branches.push_back({std::move(condition), std::move(body)});
        }
        if (isLast)
            m_cursor.expectName("endif");
        endTag();
        return {0, std::move(statement)};
    }

    Statement parseFor() {
        ForStatement statement;
        statement.targets = m_expressions.parseTargets();
        m_cursor.expectName("in");
        statement.items = m_expressions.parseWithoutCondition();
        if (m_cursor.skipName("if"))
            statement.filter = m_expressions.parse();
        if (m_cursor.peek().isName("recursive"))
            fail(core::ErrorCode::Unsupported, "recursive loops are not supported",
                 m_cursor.line());
        endTag();
        ++m_loops;
        statement.body = parseBlock({"endfor", "else"});
        --m_loops;
        if (m_cursor.skipName("else")) {
            endTag();
            statement.otherwise = parseBlock({"endfor"});
        }
        endBlock("endfor");
        return {0, std::move(statement)};
    }

    Statement parseSet() {
        SetStatement statement;
        statement.targets = m_expressions.parseTargets();
        if (statement.targets.size() == 1 && m_cursor.skipOperator("."))
            statement.member = m_cursor.takeName("the name of a member");
        if (m_cursor.skipOperator("=")) {
            statement.value = m_expressions.parseTuple();
            endTag();
            return {0, std::move(statement)};
        }
        if (statement.targets.size() != 1 || !statement.member.empty())
            m_cursor.failHere("expected '='");
        CaptureStatement capture{statement.targets[0], m_expressions.parseFilters(), {}};
        endTag();
        capture.body = parseBlock({"endset"});
        endBlock("endset");
        return {0, std::move(capture)};
    }

    Statement parseFilterBlock() {
        CaptureStatement capture;
        capture.filters.push_back(m_expressions.parseFilterAfterBar());
        for (Step& step : m_expressions.parseFilters())
            capture.filters.push_back(std::move(step));
        endTag();
        capture.body = parseBlock({"endfilter"});
        endBlock("endfilter");
        return {0, std::move(capture)};
    }

    Statement parseMacro() {
        MacroStatement macro;
        macro.name = m_cursor.takeName("the name of a macro");
        m_cursor.expectOperator("(");
        while (!m_cursor.peek().isOperator(")")) {
            MacroStatement::Parameter parameter{m_cursor.takeName("the name of a parameter"), {}};
            if (m_cursor.skipOperator("="))
                parameter.fallback = m_expressions.parse();
            macro.parameters.push_back(std::move(parameter));
            if (!m_cursor.skipOperator(","))
                break;
        }
        m_cursor.expectOperator(")");
        endTag();
        const int loops = std::exchange(m_loops, 0);
        macro.body = parseBlock({"endmacro"});
        m_loops = loops;
        m_cursor.expectName("endmacro");
        m_cursor.skipName(macro.name);
        endTag();
        return {0, std::move(macro)};
    }

    Statement parseGeneration() {
        endTag();
        GenerationStatement generation{parseBlock({"endgeneration"})};
        endBlock("endgeneration");
        return {0, std::move(generation)};
    }

    Statement parseBreak() { return parseLoopControl(BreakStatement{}); }
    Statement parseContinue() { return parseLoopControl(ContinueStatement{}); }

    template <typename Kind>
    Statement parseLoopControl(Kind kind) {
        if (m_loops == 0)
            fail("break and continue belong in a loop", m_cursor.line());
        endTag();
        return {0, kind};
    }

    TokenCursor& m_cursor;
    ExpressionParser m_expressions;
    int m_loops = 0;
};

}  // namespace

Block parseTemplate(std::vector<Token> tokens) {
    TokenCursor cursor(std::move(tokens));
    return StatementParser(cursor).parseAll();
}

}  // namespace hearth::engine::jinja
