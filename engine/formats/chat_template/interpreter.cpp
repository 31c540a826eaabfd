#include "engine/formats/chat_template/interpreter.h"

#include "engine/formats/chat_template/operations.h"
#include "engine/formats/chat_template/python_text.h"

namespace hearth::engine::jinja {

namespace {

// Levels of statements and expressions at once. The tree itself is at most kMaxDepth deep;
// macros that call macros add to that, and each level takes some hundred bytes of stack.
constexpr int kMaxRunDepth = 1000;

/// Puts a value back when a block is left, also by an exception.
template <typename T>
class Restore {
public:
    Restore(T& variable, T value) : m_variable(variable), m_old(std::exchange(variable, value)) {}
    ~Restore() { m_variable = m_old; }
    Restore(const Restore&) = delete;
    Restore& operator=(const Restore&) = delete;

private:
    T& m_variable;
    T m_old;
};

}  // namespace

const Value* Scope::find(std::string_view name) const {
    for (const Scope* scope = this; scope; scope = scope->m_parent) {
        for (const auto& [key, value] : scope->m_variables) {
            if (key == name)
                return &value;
        }
    }
    return nullptr;
}

void Scope::set(const std::string& name, Value value) {
    for (auto& [key, old] : m_variables) {
        if (key == name) {
            old = std::move(value);
            return;
        }
    }
    m_variables.emplace_back(name, std::move(value));
}

Interpreter::Depth::Depth(Interpreter& interpreter) : m_interpreter(interpreter) {
    if (++m_interpreter.m_depth > kMaxRunDepth) {
        --m_interpreter.m_depth;
        m_interpreter.m_runtime.fail("the template calls itself too deep");
    }
}

Interpreter::Interpreter(Runtime& runtime, std::vector<std::pair<std::string, Value>> variables)
    : m_runtime(runtime),
      m_globals(nullptr),
      m_scope(&m_globals),
      m_output(runtime),
      m_target(&m_output) {
    for (auto& [name, value] : variables)
        m_globals.set(name, std::move(value));
}

MarkedText Interpreter::run(const Block& block) {
    execute(block);
    const MarkedString output = m_output.take();
    return {output.bytes(), output.ranges(Origin::Input), output.ranges(Origin::Assistant),
            std::move(m_generated)};
}

Interpreter::Flow Interpreter::execute(const Block& block) {
    for (const Statement& statement : block) {
        if (const Flow flow = execute(statement); flow != Flow::Next)
            return flow;
    }
    return Flow::Next;
}

Interpreter::Flow Interpreter::execute(const Statement& statement) {
    const Depth depth(*this);
    m_runtime.step(statement.line);
    return std::visit([this](const auto& kind) { return executeKind(kind); }, statement.kind);
}

Interpreter::Flow Interpreter::executeKind(const DataStatement& statement) {
    m_target->append(statement.text);
    return Flow::Next;
}

Interpreter::Flow Interpreter::executeKind(const OutputStatement& statement) {
    const Value value = evaluate(*statement.value);
    appendString(*m_target, value);
    return Flow::Next;
}

Interpreter::Flow Interpreter::executeKind(const IfStatement& statement) {
    for (const IfStatement::Branch& branch : statement.branches) {
        if (!branch.condition || evaluate(*branch.condition).truthy())
            return execute(branch.body);
    }
    return Flow::Next;
}

void Interpreter::bind(Scope& scope, const std::vector<std::string>& targets, const Value& value) {
    if (targets.size() == 1)
        return scope.set(targets[0], value);
    const auto elements = elementsOf(m_runtime, value);
    if (elements->items.size() != targets.size())
        m_runtime.fail("cannot unpack " + std::to_string(elements->items.size()) + " values into " +
                       std::to_string(targets.size()) + " names");
    for (size_t i = 0; i < targets.size(); ++i)
        scope.set(targets[i], elements->items[i]);
}

std::shared_ptr<const List> Interpreter::loopItems(const ForStatement& statement) {
    auto items = elementsOf(m_runtime, evaluate(*statement.items));
    if (!statement.filter)
        return items;
    auto kept = std::make_shared<List>();
    kept->depth = items->depth;
    for (const Value& item : items->items) {
        Scope scope(m_scope);
        bind(scope, statement.targets, item);
        const Restore inner(m_scope, &scope);
        if (evaluate(*statement.filter).truthy())
            kept->items.push_back(item);
    }
    return kept;
}

Interpreter::Flow Interpreter::executeKind(const ForStatement& statement) {
    const auto items = loopItems(statement);
    if (items->items.empty())
        return execute(statement.otherwise);
    const Restore deeper(m_loopDepth, m_loopDepth + 1);
    int64_t index = 0;
    for (const Value& item : items->items) {
        m_runtime.step();
        Scope scope(m_scope);
        scope.set("loop", Value(std::make_shared<const Loop>(Loop{items, index++, m_loopDepth})));
        bind(scope, statement.targets, item);
        const Restore inner(m_scope, &scope);
        if (execute(statement.body) == Flow::Break)
            break;
    }
    return Flow::Next;
}

Interpreter::Flow Interpreter::executeKind(const SetStatement& statement) {
    Value value = evaluate(*statement.value);
    if (statement.member.empty())
        bind(*m_scope, statement.targets, value);
    else
        setMember(statement, std::move(value));
    return Flow::Next;
}

void Interpreter::setMember(const SetStatement& statement, Value value) {
    const Value* owner = m_scope->find(statement.targets[0]);
    if (!owner || !owner->nameSpace())
        m_runtime.fail("'" + statement.targets[0] + "' is not a namespace");
    if (value.nameSpace())
        m_runtime.fail("a namespace cannot hold a namespace");
    owner->nameSpace()->set(statement.member, std::move(value));
}

MarkedString Interpreter::capture(const Block& block, Scope& scope) {
    TextBuilder text(m_runtime);
    const Restore target(m_target, &text);
    const Restore inner(m_scope, &scope);
    execute(block);
    return text.take();
}

Interpreter::Flow Interpreter::executeKind(const CaptureStatement& statement) {
    Scope scope(m_scope);
    Value value(capture(statement.body, scope));
    for (const Step& step : statement.filters)
        value = applyStep(step, std::move(value));
    if (statement.target.empty())
        appendString(*m_target, value);
    else
        m_scope->set(statement.target, std::move(value));
    return Flow::Next;
}

Interpreter::Flow Interpreter::executeKind(const MacroStatement& statement) {
    m_scope->set(statement.name,
                 Value(std::make_shared<const Callable>(Callable{nullptr, Value(), &statement})));
    return Flow::Next;
}

Interpreter::Flow Interpreter::executeKind(const GenerationStatement& statement) {
    const size_t begin = m_target->size();
    const Flow flow = execute(statement.body);
    if (m_target != &m_output || begin == m_output.size())
        return flow;
    // Blocks within this one have reported their parts of it.
    while (!m_generated.empty() && m_generated.back().begin >= begin)
        m_generated.pop_back();
    m_generated.push_back({begin, m_output.size()});
    return flow;
}

Value Interpreter::callMacro(const MacroStatement& macro, GivenArguments given) {
    if (m_macroDepth >= ChatTemplate::kMaxDepth)
        m_runtime.fail("macros call each other too deep");
    const Restore deeper(m_macroDepth, m_macroDepth + 1);
    Scope scope(&m_globals);
    if (given.positional.size() > macro.parameters.size())
        m_runtime.fail("too many arguments for '" + macro.name + "'");
    for (size_t i = 0; i < macro.parameters.size(); ++i) {
        const MacroStatement::Parameter& parameter = macro.parameters[i];
        if (i < given.positional.size())
            scope.set(parameter.name, std::move(given.positional[i]));
        else if (parameter.fallback)
            scope.set(parameter.name, evaluate(*parameter.fallback));
        else
            scope.set(parameter.name, Value(Undefined{parameter.name}));
    }
    for (auto& [name, value] : given.named) {
        const bool known =
            std::any_of(macro.parameters.begin(), macro.parameters.end(),
                        [&name = name](const auto& parameter) { return parameter.name == name; });
        if (!known)
            m_runtime.fail("'" + macro.name + "' has no argument '" + name + "'");
        scope.set(name, std::move(value));
    }
    return Value(capture(macro.body, scope));
}

}  // namespace hearth::engine::jinja
