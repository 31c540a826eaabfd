// Walks the tree of a template and writes its output.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/formats/chat_template/ast.h"
#include "engine/formats/chat_template/builtins.h"
#include "engine/formats/chat_template/runtime.h"

namespace hearth::engine::jinja {

/// Variables of one block; what is set here is not seen outside.
class Scope {
public:
    explicit Scope(const Scope* parent) : m_parent(parent) {}

    const Value* find(std::string_view name) const;
    void set(const std::string& name, Value value);
    const Scope* parent() const { return m_parent; }

private:
    const Scope* m_parent;
    std::vector<std::pair<std::string, Value>> m_variables;
};

class Interpreter {
public:
    /// variables: see ChatTemplate::render.
    Interpreter(Runtime& runtime, std::vector<std::pair<std::string, Value>> variables);

    /// Throws core::Exception.
    MarkedText run(const Block& block);

private:
    enum class Flow { Next, Break, Continue };
    /// One level of statements and expressions while it lives.
    class Depth {
    public:
        explicit Depth(Interpreter& interpreter);
        ~Depth() { --m_interpreter.m_depth; }
        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

    private:
        Interpreter& m_interpreter;
    };

    Flow execute(const Block& block);
    Flow execute(const Statement& statement);
    Flow executeKind(const DataStatement& statement);
    Flow executeKind(const OutputStatement& statement);
    Flow executeKind(const IfStatement& statement);
    Flow executeKind(const ForStatement& statement);
    Flow executeKind(const SetStatement& statement);
    Flow executeKind(const CaptureStatement& statement);
    Flow executeKind(const MacroStatement& statement);
    Flow executeKind(const GenerationStatement& statement);
    Flow executeKind(const BreakStatement&) { return Flow::Break; }
    Flow executeKind(const ContinueStatement&) { return Flow::Continue; }

    std::shared_ptr<const List> loopItems(const ForStatement& statement);
    void bind(Scope& scope, const std::vector<std::string>& targets, const Value& value);
    void setMember(const SetStatement& statement, Value value);
    /// The output of a block as a text, in a scope of its own.
    MarkedString capture(const Block& block, Scope& scope);

    Value evaluate(const Expression& expression);
    Value evaluateKind(const Literal& literal) { return literal.value; }
    Value evaluateKind(const NameUse& use);
    Value evaluateKind(const ListLiteral& list);
    Value evaluateKind(const DictLiteral& dict);
    Value evaluateKind(const Unary& unary);
    Value evaluateKind(const BinaryChain& chain);
    Value evaluateKind(const CompareChain& chain);
    Value evaluateKind(const LogicalChain& chain);
    Value evaluateKind(const Conditional& conditional);
    Value evaluateKind(const PostfixChain& chain);

    Value evaluateOrNone(const ExpressionPtr& expression);
    Value applyStep(const Step& step, Value base);
    Value applyKind(const MemberStep& step, const Value& base);
    Value applyKind(const SubscriptStep& step, const Value& base);
    Value applyKind(const SliceStep& step, const Value& base);
    Value applyKind(const CallStep& step, const Value& base);
    Value applyKind(const FilterStep& step, const Value& base);
    Value applyKind(const TestStep& step, const Value& base);
    GivenArguments evaluateArguments(const std::vector<Argument>& arguments);
    Value callMacro(const MacroStatement& macro, GivenArguments given);

    Runtime& m_runtime;
    Scope m_globals;
    Scope* m_scope;
    TextBuilder m_output;
    TextBuilder* m_target;  // m_output, or the text that a capture collects
    std::vector<TextRange> m_generated;
    int m_depth = 0;
    int m_macroDepth = 0;
    int64_t m_loopDepth = 0;
};

}  // namespace hearth::engine::jinja
