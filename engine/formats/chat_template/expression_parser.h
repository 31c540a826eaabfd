// The expression half of the parser; precedence as in Jinja2.
#pragma once
#include <string>
#include <vector>

#include "engine/formats/chat_template/ast.h"
#include "engine/formats/chat_template/token_cursor.h"

namespace hearth::engine::jinja {

class ExpressionParser {
public:
    explicit ExpressionParser(TokenCursor& cursor) : m_cursor(cursor) {}

    ExpressionPtr parse();
    /// a, b, c without brackets becomes a list, as in {% for x in 1, 2 %}.
    ExpressionPtr parseTuple();
    /// Without "x if y": the items of {% for x in items if condition %}.
    ExpressionPtr parseWithoutCondition();
    /// | filter | filter ..., at least zero.
    std::vector<Step> parseFilters();
    Step parseFilterAfterBar();
    std::vector<std::string> parseTargets();

private:
    ExpressionPtr parseOr();
    ExpressionPtr parseAnd();
    ExpressionPtr parseNot();
    ExpressionPtr parseCompare();
    ExpressionPtr parseBinary(size_t level);
    ExpressionPtr parseUnary(bool withFilters);
    ExpressionPtr parsePrimary();
    ExpressionPtr parseNameOrConstant();
    ExpressionPtr parseParenthesised();
    ExpressionPtr parseList();
    ExpressionPtr parseDict();
    ExpressionPtr withSteps(ExpressionPtr base, bool withFilters);
    bool parseMemberStep(std::vector<Step>& steps);
    bool parseFilterStep(std::vector<Step>& steps);
    Step parseSubscript();
    Step parseTest();
    bool startsTestArgument() const;
    std::vector<Argument> parseArguments();
    std::optional<Comparison> takeComparison();

    TokenCursor& m_cursor;
};

}  // namespace hearth::engine::jinja
