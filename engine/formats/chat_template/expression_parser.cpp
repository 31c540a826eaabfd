#include "engine/formats/chat_template/expression_parser.h"

#include <array>
#include <charconv>

#include "engine/formats/chat_template/builtins.h"

namespace hearth::engine::jinja {

namespace {

using OperatorEntry = std::pair<std::string_view, BinaryOperator>;

// Loosest first: ~ binds tighter than + in Jinja2.
const std::array<std::vector<OperatorEntry>, 4> kBinaryLevels = {{
    {{"+", BinaryOperator::Add}, {"-", BinaryOperator::Subtract}},
    {{"~", BinaryOperator::Concat}},
    {{"*", BinaryOperator::Multiply},
     {"/", BinaryOperator::Divide},
     {"//", BinaryOperator::FloorDivide},
     {"%", BinaryOperator::Modulo}},
    {{"**", BinaryOperator::Power}},
}};

constexpr std::array<std::pair<std::string_view, Comparison>, 6> kComparisons = {{
    {"==", Comparison::Equal},
    {"!=", Comparison::NotEqual},
    {"<", Comparison::Less},
    {"<=", Comparison::LessEqual},
    {">", Comparison::Greater},
    {">=", Comparison::GreaterEqual},
}};

template <typename Kind>
ExpressionPtr make(int line, Kind kind) {
    return std::make_unique<const Expression>(Expression{line, std::move(kind)});
}

template <typename Number>
Value numberValue(const Token& token) {
    Number value{};
    const char* end = token.text.data() + token.text.size();
    const auto [stop, error] = std::from_chars(token.text.data(), end, value);
    if (error != std::errc() || stop != end)
        fail("the number " + token.text + " is out of range", token.line);
    return Value(value);
}

}  // namespace

ExpressionPtr ExpressionParser::parse() {
    const DepthGuard guard(m_cursor);
    const int line = m_cursor.line();
    ExpressionPtr value = parseOr();
    if (!m_cursor.skipName("if"))
        return value;
    ExpressionPtr condition = parseOr();
    ExpressionPtr otherwise = m_cursor.skipName("else") ? parse() : nullptr;
    return make(line, Conditional{std::move(condition), std::move(value), std::move(otherwise)});
}

ExpressionPtr ExpressionParser::parseTuple() {
    const int line = m_cursor.line();
    ExpressionPtr first = parse();
    if (!m_cursor.peek().isOperator(","))
        return first;
    ListLiteral list;
    list.items.push_back(std::move(first));
    while (m_cursor.skipOperator(",")) {
        const Token& next = m_cursor.peek();
        if (next.kind == TokenKind::BlockEnd || next.kind == TokenKind::VariableEnd)
            break;
        list.items.push_back(parse());
    }
    return make(line, std::move(list));
}

ExpressionPtr ExpressionParser::parseWithoutCondition() {
    const DepthGuard guard(m_cursor);
    return parseOr();
}

ExpressionPtr ExpressionParser::parseOr() {
    const int line = m_cursor.line();
    ExpressionPtr first = parseAnd();
    if (!m_cursor.peek().isName("or"))
        return first;
    LogicalChain chain{false, {}};
    chain.operands.push_back(std::move(first));
    while (m_cursor.skipName("or"))
        chain.operands.push_back(parseAnd());
    return make(line, std::move(chain));
}

ExpressionPtr ExpressionParser::parseAnd() {
    const int line = m_cursor.line();
    ExpressionPtr first = parseNot();
    if (!m_cursor.peek().isName("and"))
        return first;
    LogicalChain chain{true, {}};
    chain.operands.push_back(std::move(first));
    while (m_cursor.skipName("and"))
        chain.operands.push_back(parseNot());
    return make(line, std::move(chain));
}

ExpressionPtr ExpressionParser::parseNot() {
    const int line = m_cursor.line();
    if (!m_cursor.skipName("not"))
        return parseCompare();
    const DepthGuard guard(m_cursor);
    return make(line, Unary{UnaryOperator::Not, parseNot()});
}

std::optional<Comparison> ExpressionParser::takeComparison() {
    for (const auto& [op, comparison] : kComparisons) {
        if (m_cursor.skipOperator(op))
            return comparison;
    }
    if (m_cursor.skipName("in"))
        return Comparison::In;
    if (m_cursor.peek().isName("not") && m_cursor.peek(1).isName("in")) {
        m_cursor.take();
        m_cursor.take();
        return Comparison::NotIn;
    }
    return std::nullopt;
}

ExpressionPtr ExpressionParser::parseCompare() {
    const int line = m_cursor.line();
    CompareChain chain{parseBinary(0), {}};
    while (const auto comparison = takeComparison())
        chain.rest.emplace_back(*comparison, parseBinary(0));
    if (chain.rest.empty())
        return std::move(chain.first);
    return make(line, std::move(chain));
}

ExpressionPtr ExpressionParser::parseBinary(size_t level) {
    if (level == kBinaryLevels.size())
        return parseUnary(true);
    const int line = m_cursor.line();
    BinaryChain chain{parseBinary(level + 1), {}};
    const auto takeOperator = [&]() -> std::optional<BinaryOperator> {
        for (const auto& [text, op] : kBinaryLevels[level]) {
            if (m_cursor.skipOperator(text))
                return op;
        }
        return std::nullopt;
    };
    while (const auto op = takeOperator())
        chain.rest.emplace_back(*op, parseBinary(level + 1));
    if (chain.rest.empty())
        return std::move(chain.first);
    return make(line, std::move(chain));
}

ExpressionPtr ExpressionParser::parseUnary(bool withFilters) {
    const int line = m_cursor.line();
    const bool minus = m_cursor.peek().isOperator("-");
    if (!minus && !m_cursor.peek().isOperator("+"))
        return withSteps(parsePrimary(), withFilters);
    const DepthGuard guard(m_cursor);
    m_cursor.take();
    const UnaryOperator op = minus ? UnaryOperator::Minus : UnaryOperator::Plus;
    ExpressionPtr value = make(line, Unary{op, parseUnary(false)});
    return withFilters ? withSteps(std::move(value), true) : std::move(value);
}

ExpressionPtr ExpressionParser::parsePrimary() {
    const Token& token = m_cursor.peek();
    switch (token.kind) {
        case TokenKind::Name:
            return parseNameOrConstant();
        case TokenKind::Integer:
            return make(token.line, Literal{numberValue<int64_t>(m_cursor.take())});
        case TokenKind::Float:
            return make(token.line, Literal{numberValue<double>(m_cursor.take())});
        case TokenKind::String: {
            const int line = token.line;
            std::string text;
            while (m_cursor.peek().kind == TokenKind::String)
                text += m_cursor.take().text;
            return make(line, Literal{Value(MarkedString(std::move(text)))});
        }
        default:
            break;
    }
    if (token.isOperator("("))
        return parseParenthesised();
    if (token.isOperator("["))
        return parseList();
    if (token.isOperator("{"))
        return parseDict();
    m_cursor.failHere("expected an expression");
}

ExpressionPtr ExpressionParser::parseNameOrConstant() {
    const Token token = m_cursor.take();
    if (token.text == "true" || token.text == "True")
        return make(token.line, Literal{Value(true)});
    if (token.text == "false" || token.text == "False")
        return make(token.line, Literal{Value(false)});
    if (token.text == "none" || token.text == "None")
        return make(token.line, Literal{Value()});
    return make(token.line, NameUse{token.text});
}

ExpressionPtr ExpressionParser::parseParenthesised() {
    const int line = m_cursor.line();
    m_cursor.expectOperator("(");
    ListLiteral tuple;
    bool isTuple = m_cursor.peek().isOperator(")");
    while (!m_cursor.peek().isOperator(")")) {
        tuple.items.push_back(parse());
        if (!m_cursor.skipOperator(","))
            break;
        isTuple = true;
    }
    m_cursor.expectOperator(")");
    return isTuple ? make(line, std::move(tuple)) : std::move(tuple.items[0]);
}

ExpressionPtr ExpressionParser::parseList() {
    const int line = m_cursor.line();
    m_cursor.expectOperator("[");
    ListLiteral list;
    while (!m_cursor.peek().isOperator("]")) {
        list.items.push_back(parse());
        if (!m_cursor.skipOperator(","))
            break;
    }
    m_cursor.expectOperator("]");
    return make(line, std::move(list));
}

ExpressionPtr ExpressionParser::parseDict() {
    const int line = m_cursor.line();
    m_cursor.expectOperator("{");
    DictLiteral dict;
    while (!m_cursor.peek().isOperator("}")) {
        ExpressionPtr key = parse();
        m_cursor.expectOperator(":");
        dict.entries.emplace_back(std::move(key), parse());
        if (!m_cursor.skipOperator(","))
            break;
    }
    m_cursor.expectOperator("}");
    return make(line, std::move(dict));
}

ExpressionPtr ExpressionParser::withSteps(ExpressionPtr base, bool withFilters) {
    const int line = base->line;
    std::vector<Step> steps;
    while (parseMemberStep(steps) || (withFilters && parseFilterStep(steps))) {
    }
    if (steps.empty())
        return base;
    return make(line, PostfixChain{std::move(base), std::move(steps)});
}

bool ExpressionParser::parseMemberStep(std::vector<Step>& steps) {
    const int line = m_cursor.line();
    if (m_cursor.peek().isOperator("[")) {
        steps.push_back(parseSubscript());
        return true;
    }
    if (m_cursor.peek().isOperator("(")) {
        steps.push_back({line, CallStep{parseArguments()}});
        return true;
    }
    if (!m_cursor.skipOperator("."))
        return false;
    if (m_cursor.peek().kind == TokenKind::Integer)
        steps.push_back(
            {line, SubscriptStep{make(line, Literal{numberValue<int64_t>(m_cursor.take())})}});
    else
        steps.push_back({line, MemberStep{m_cursor.takeName("the name of a member")}});
    return true;
}

bool ExpressionParser::parseFilterStep(std::vector<Step>& steps) {
    if (m_cursor.skipOperator("|"))
        steps.push_back(parseFilterAfterBar());
    else if (m_cursor.skipName("is"))
        steps.push_back(parseTest());
    else
        return false;
    return true;
}

std::vector<Step> ExpressionParser::parseFilters() {
    std::vector<Step> steps;
    while (m_cursor.skipOperator("|"))
        steps.push_back(parseFilterAfterBar());
    return steps;
}

Step ExpressionParser::parseFilterAfterBar() {
    const int line = m_cursor.line();
    FilterStep filter{m_cursor.takeName("the name of a filter"), {}};
    if (!findFilter(filter.name))
        fail(core::ErrorCode::Unsupported, "unknown filter '" + filter.name + "'", line);
    if (m_cursor.peek().isOperator("("))
        filter.arguments = parseArguments();
    return {line, std::move(filter)};
}

Step ExpressionParser::parseSubscript() {
    const DepthGuard guard(m_cursor);
    const int line = m_cursor.line();
    m_cursor.expectOperator("[");
    const auto endsPart = [&] {
        return m_cursor.peek().isOperator(":") || m_cursor.peek().isOperator("]");
    };
    SliceStep slice;
    if (!endsPart())
        slice.start = parse();
    if (slice.start && m_cursor.skipOperator("]"))
        return {line, SubscriptStep{std::move(slice.start)}};
    m_cursor.expectOperator(":");
    if (!endsPart())
        slice.stop = parse();
    if (m_cursor.skipOperator(":") && !endsPart())
        slice.step = parse();
    m_cursor.expectOperator("]");
    return {line, std::move(slice)};
}

Step ExpressionParser::parseTest() {
    const int line = m_cursor.line();
    TestStep test{"", m_cursor.skipName("not"), {}};
    if (m_cursor.skipOperator("=="))
        test.name = "eq";
    else
        test.name = m_cursor.takeName("the name of a test");
    if (!findTest(test.name))
        fail(core::ErrorCode::Unsupported, "unknown test '" + test.name + "'", line);
    if (m_cursor.peek().isOperator("("))
        test.arguments = parseArguments();
    else if (startsTestArgument())
        test.arguments.push_back({"", parseUnary(false)});
    return {line, std::move(test)};
}

bool ExpressionParser::startsTestArgument() const {
    const Token& token = m_cursor.peek();
    if (token.kind == TokenKind::String || token.kind == TokenKind::Integer ||
        token.kind == TokenKind::Float)
        return true;
    if (token.isOperator("[") || token.isOperator("{"))
        return true;
    constexpr std::array<std::string_view, 7> kKeywords = {"else", "or", "and", "is",
                                                           "if",   "in", "not"};
    return token.kind == TokenKind::Name &&
           std::find(kKeywords.begin(), kKeywords.end(), token.text) == kKeywords.end();
}

std::vector<Argument> ExpressionParser::parseArguments() {
    m_cursor.expectOperator("(");
    std::vector<Argument> arguments;
    while (!m_cursor.peek().isOperator(")")) {
        Argument argument;
        if (m_cursor.peek().kind == TokenKind::Name && m_cursor.peek(1).isOperator("=")) {
            argument.name = m_cursor.take().text;
            m_cursor.take();
        } else if (!arguments.empty() && !arguments.back().name.empty()) {
            m_cursor.failHere("expected a named argument");
        }
        argument.value = parse();
        arguments.push_back(std::move(argument));
        if (!m_cursor.skipOperator(","))
            break;
    }
    m_cursor.expectOperator(")");
    return arguments;
}

std::vector<std::string> ExpressionParser::parseTargets() {
    const bool parenthesised = m_cursor.skipOperator("(");
    std::vector<std::string> targets{m_cursor.takeName("the name of a variable")};
    while (m_cursor.skipOperator(","))
        targets.push_back(m_cursor.takeName("the name of a variable"));
    if (parenthesised)
        m_cursor.expectOperator(")");
    return targets;
}

}  // namespace hearth::engine::jinja
