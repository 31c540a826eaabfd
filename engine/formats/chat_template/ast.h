// The parsed form of a template. Chains (a + b + c, a.b.c, elif) are flat lists, so that only
// what the source really nests costs depth.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "engine/formats/chat_template/value.h"

namespace hearth::engine::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Argument {
    std::string name;  // empty: positional
    ExpressionPtr value;
};

struct Literal {
    Value value;
};
struct NameUse {
    std::string name;
};
struct ListLiteral {
    std::vector<ExpressionPtr> items;
};
struct DictLiteral {
    std::vector<std::pair<ExpressionPtr, ExpressionPtr>> entries;
};
enum class UnaryOperator { Minus, Plus, Not };
struct Unary {
    UnaryOperator op;
    ExpressionPtr operand;
};
enum class BinaryOperator { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power, Concat };
/// first op operand op operand ..., from the left.
struct BinaryChain {
    ExpressionPtr first;
    std::vector<std::pair<BinaryOperator, ExpressionPtr>> rest;
};
enum class Comparison { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, NotIn };
struct CompareChain {
    ExpressionPtr first;
    std::vector<std::pair<Comparison, ExpressionPtr>> rest;
};
/// a and b and c, or a or b or c: the last operand looked at is the value.
struct LogicalChain {
    bool isAnd;
    std::vector<ExpressionPtr> operands;
};
/// value if condition else otherwise; otherwise may be null.
struct Conditional {
    ExpressionPtr condition;
    ExpressionPtr value;
    ExpressionPtr otherwise;
};

struct MemberStep {
    std::string name;
};
struct SubscriptStep {
    ExpressionPtr key;
};
struct SliceStep {
    ExpressionPtr start, stop, step;  // each may be null
};
struct CallStep {
    std::vector<Argument> arguments;
};
struct FilterStep {
    std::string name;
    std::vector<Argument> arguments;
};
struct TestStep {
    std::string name;
    bool negated;
    std::vector<Argument> arguments;
};
struct Step {
    int line;
    std::variant<MemberStep, SubscriptStep, SliceStep, CallStep, FilterStep, TestStep> kind;
};
/// base.member[key](call)|filter is test, from the left.
struct PostfixChain {
    ExpressionPtr base;
    std::vector<Step> steps;
};

struct Expression {
    int line = 0;
    std::variant<Literal, NameUse, ListLiteral, DictLiteral, Unary, BinaryChain, CompareChain,
                 LogicalChain, Conditional, PostfixChain>
        kind;
};

struct Statement;
using Block = std::vector<Statement>;

struct DataStatement {
    MarkedString text;
};
struct OutputStatement {
    ExpressionPtr value;
};
struct IfStatement {
    struct Branch {
        ExpressionPtr condition;  // null: else
        Block body;
    };
    std::vector<Branch> branches;
};
struct ForStatement {
    std::vector<std::string> targets;
    ExpressionPtr items;
    ExpressionPtr filter;  // may be null
    Block body;
    Block otherwise;
};
/// {% set a, b = value %}, or a namespace's member: {% set owner.member = value %}.
struct SetStatement {
    std::vector<std::string> targets;
    std::string member;
    ExpressionPtr value;
};
/// {% set name | filter %}...{% endset %} and {% filter name %}...{% endfilter %} (no target).
struct CaptureStatement {
    std::string target;
    std::vector<Step> filters;
    Block body;
};
struct MacroStatement {
    struct Parameter {
        std::string name;
        ExpressionPtr fallback;  // may be null
    };
    std::string name;
    std::vector<Parameter> parameters;
    Block body;
};
/// {% generation %}...{% endgeneration %}: what the assistant wrote.
struct GenerationStatement {
    Block body;
};
struct BreakStatement {};
struct ContinueStatement {};

struct Statement {
    int line = 0;
    std::variant<DataStatement, OutputStatement, IfStatement, ForStatement, SetStatement,
                 CaptureStatement, MacroStatement, GenerationStatement, BreakStatement,
                 ContinueStatement>
        kind;
};

}  // namespace hearth::engine::jinja
