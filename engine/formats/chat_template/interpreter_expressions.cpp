// The half of the interpreter that evaluates expressions.
#include "engine/formats/chat_template/interpreter.h"
#include "engine/formats/chat_template/operations.h"

namespace hearth::engine::jinja {

Value Interpreter::evaluate(const Expression& expression) {
    const Depth depth(*this);
    m_runtime.step(expression.line);
    return std::visit([this](const auto& kind) { return evaluateKind(kind); }, expression.kind);
}

Value Interpreter::evaluateKind(const NameUse& use) {
    if (const Value* value = m_scope->find(use.name))
        return *value;
    if (const Builtin* function = findFunction(use.name))
        return Value(std::make_shared<const Callable>(Callable{function, Value(), nullptr}));
    return Value(Undefined{use.name});
}

Value Interpreter::evaluateKind(const ListLiteral& list) {
    std::vector<Value> items;
    for (const ExpressionPtr& item : list.items)
        items.push_back(evaluate(*item));
    return m_runtime.makeList(std::move(items));
}

Value Interpreter::evaluateKind(const DictLiteral& dict) {
    std::vector<std::pair<MarkedString, Value>> entries;
    for (const auto& [keyExpression, valueExpression] : dict.entries) {
        const Value key = evaluate(*keyExpression);
        if (!key.text())
            m_runtime.fail("the keys of a dict are texts");
        Value value = evaluate(*valueExpression);
        const auto old = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) {
            return entry.first.bytes() == key.text()->bytes();
        });
        if (old != entries.end())
            old->second = std::move(value);
        else
            entries.emplace_back(*key.text(), std::move(value));
    }
    return m_runtime.makeDict(std::move(entries));
}

Value Interpreter::evaluateKind(const Unary& unary) {
    const Value operand = evaluate(*unary.operand);
    switch (unary.op) {
        case UnaryOperator::Not:
            return Value(!operand.truthy());
        case UnaryOperator::Minus:
            return negate(m_runtime, operand);
        case UnaryOperator::Plus:
            if (!operand.isNumber())
                m_runtime.fail(std::string("cannot take + of ") + operand.typeName());
            return operand;
    }
    return operand;
}

Value Interpreter::evaluateKind(const BinaryChain& chain) {
    Value value = evaluate(*chain.first);
    for (const auto& [op, operand] : chain.rest)
        value = applyBinary(m_runtime, op, value, evaluate(*operand));
    return value;
}

Value Interpreter::evaluateKind(const CompareChain& chain) {
    Value left = evaluate(*chain.first);
    for (const auto& [comparison, operand] : chain.rest) {
        Value right = evaluate(*operand);
        if (!applyComparison(m_runtime, comparison, left, right))
            return Value(false);
        left = std::move(right);
    }
    return Value(true);
}

Value Interpreter::evaluateKind(const LogicalChain& chain) {
    Value value;
    for (const ExpressionPtr& operand : chain.operands) {
        value = evaluate(*operand);
        if (value.truthy() != chain.isAnd)
            break;
    }
    return value;
}

Value Interpreter::evaluateKind(const Conditional& conditional) {
    if (evaluate(*conditional.condition).truthy())
        return evaluate(*conditional.value);
    if (conditional.otherwise)
        return evaluate(*conditional.otherwise);
    return Value(Undefined{"the value of an if without else"});
}

Value Interpreter::evaluateKind(const PostfixChain& chain) {
    Value value = evaluate(*chain.base);
    for (const Step& step : chain.steps)
        value = applyStep(step, std::move(value));
    return value;
}

Value Interpreter::applyStep(const Step& step, Value base) {
    m_runtime.step(step.line);
    return std::visit([&](const auto& kind) { return applyKind(kind, base); }, step.kind);
}

Value Interpreter::applyKind(const MemberStep& step, const Value& base) {
    return memberOf(m_runtime, base, step.name);
}

Value Interpreter::applyKind(const SubscriptStep& step, const Value& base) {
    return elementOf(m_runtime, base, evaluate(*step.key));
}

Value Interpreter::evaluateOrNone(const ExpressionPtr& expression) {
    return expression ? evaluate(*expression) : Value();
}

Value Interpreter::applyKind(const SliceStep& step, const Value& base) {
    const Value start = evaluateOrNone(step.start);
    const Value stop = evaluateOrNone(step.stop);
    return sliceOf(m_runtime, base, start, stop, evaluateOrNone(step.step));
}

Value Interpreter::applyKind(const CallStep& step, const Value& base) {
    const Callable* callable = base.callable();
    if (!callable) {
        const auto* undefined = std::get_if<Undefined>(&base.kind());
        m_runtime.fail(undefined ? "'" + undefined->name + "' is undefined and cannot be called"
                                 : std::string("a ") + base.typeName() + " cannot be called");
    }
    GivenArguments given = evaluateArguments(step.arguments);
    if (callable->macro)
        return callMacro(*callable->macro, std::move(given));
    return callBuiltin(m_runtime, *callable->builtin, callable->self, std::move(given));
}

Value Interpreter::applyKind(const FilterStep& step, const Value& base) {
    return callBuiltin(m_runtime, *findFilter(step.name), base, evaluateArguments(step.arguments));
}

Value Interpreter::applyKind(const TestStep& step, const Value& base) {
    const Value result =
        callBuiltin(m_runtime, *findTest(step.name), base, evaluateArguments(step.arguments));
    return Value(result.truthy() != step.negated);
}

GivenArguments Interpreter::evaluateArguments(const std::vector<Argument>& arguments) {
    GivenArguments given;
    for (const Argument& argument : arguments) {
        if (argument.name.empty())
            given.positional.push_back(evaluate(*argument.value));
        else
            given.named.emplace_back(argument.name, evaluate(*argument.value));
    }
    return given;
}

}  // namespace hearth::engine::jinja
