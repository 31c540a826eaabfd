#include "finetune/rl/score_formula.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace hearth::finetune {

namespace {

constexpr int kMostDepth = 64;  // of parentheses, so that no text can exhaust the stack

bool isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

}  // namespace

/// sum := product (("+" | "-") product)*; product := signed (("*" | "/") signed)*;
/// signed := ("-" | "+") signed | power; power := atom ("^" signed)?;
/// atom := number | name | function "(" sum ("," sum)* ")" | "(" sum ")".
class FormulaParser {
public:
    FormulaParser(std::string_view text, const std::vector<std::string>& names)
        : m_text(text), m_names(names) {}

    core::Result<ScoreFormula> run() {
        CORE_TRY(sum());
        if (peek() != '\0')
            return wrong("an operator is expected");
        return std::move(m_formula);
    }

private:
    using Op = ScoreFormula::Op;

    struct Function {
        const char* name;
        Op op;
        size_t least, most;  // arguments
    };
    static constexpr size_t kAny = 64;
    static constexpr Function kFunctions[] = {{"min", Op::Min, 1, kAny}, {"max", Op::Max, 1, kAny},
                                              {"abs", Op::Abs, 1, 1},    {"floor", Op::Floor, 1, 1},
                                              {"ceil", Op::Ceil, 1, 1},  {"exp", Op::Exp, 1, 1},
                                              {"sqrt", Op::Sqrt, 1, 1},  {"log", Op::Log, 1, 1}};

    core::Error wrong(const std::string& what) const {
        return {core::ErrorCode::InvalidArgument,
                what + " at byte " + std::to_string(m_at + 1) + " of the formula",
                {}};
    }
    /// The next character that is no space; 0 at the end.
    char peek() {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t' ||
                                        m_text[m_at] == '\n' || m_text[m_at] == '\r'))
            ++m_at;
        return m_at < m_text.size() ? m_text[m_at] : '\0';
    }
    bool take(char c) {
        const bool found = peek() == c;
        m_at += found ? 1 : 0;
        return found;
    }
    void add(Op op, size_t count = 0, double number = 0.0) {
        m_formula.m_steps.push_back({op, number, count});
    }

    core::Status sum() {
        CORE_TRY(product());
        for (char c = peek(); c == '+' || c == '-'; c = peek()) {
            ++m_at;
            CORE_TRY(product());
            add(c == '+' ? Op::Add : Op::Subtract);
        }
        return {};
    }
    core::Status product() {
        CORE_TRY(signedValue());
        for (char c = peek(); c == '*' || c == '/'; c = peek()) {
            ++m_at;
            CORE_TRY(signedValue());
            add(c == '*' ? Op::Multiply : Op::Divide);
        }
        return {};
    }
    core::Status signedValue() {
        if (++m_depth > kMostDepth)
            return wrong("too many parentheses and signs");
        const bool negative = take('-');
        if (negative || take('+')) {
            CORE_TRY(signedValue());
            if (negative)
                add(Op::Negate);
        } else {
            CORE_TRY(power());
        }
        --m_depth;
        return {};
    }
    core::Status power() {
        CORE_TRY(atom());
        if (take('^')) {
            CORE_TRY(signedValue());
            add(Op::Power);
        }
        return {};
    }
    core::Status atom() {
        const char c = peek();
        if (isDigit(c) || c == '.')
            return number();
        if (isNameStart(c))
            return name();
        if (!take('('))
            return wrong("a number, a grader's name or '(' is expected");
        CORE_TRY(sum());
        return take(')') ? core::Status() : core::Status(wrong("')' is expected"));
    }
    core::Status number() {
        double value = 0.0;
        const char* begin = m_text.data() + m_at;
        const auto [end, error] = std::from_chars(begin, m_text.data() + m_text.size(), value);
        if (error != std::errc())
            return wrong("a number is expected");
        m_at += size_t(end - begin);
        add(Op::Number, 0, value);
        return {};
    }
    core::Status name() {
        const size_t begin = m_at;
        while (m_at < m_text.size() && (isNameStart(m_text[m_at]) || isDigit(m_text[m_at])))
            ++m_at;
        const std::string_view name = m_text.substr(begin, m_at - begin);
        if (peek() == '(')
            return call(name, begin);
        const auto found = std::ranges::find(m_names, name);
        if (found == m_names.end()) {
            m_at = begin;
            return wrong("no grader is called \"" + std::string(name) + "\"");
        }
        add(Op::Score, size_t(found - m_names.begin()));
        return {};
    }
    core::Status call(std::string_view name, size_t begin) {
        const auto* function = std::ranges::find_if(
            kFunctions, [&](const Function& known) { return name == known.name; });
        if (function == std::end(kFunctions)) {
            m_at = begin;
            return wrong("no function is called \"" + std::string(name) +
                         "\" (min, max, abs, floor, ceil, exp, sqrt, log)");
        }
        take('(');
        size_t count = 0;
        do {
            CORE_TRY(sum());
            ++count;
        } while (take(','));
        if (!take(')'))
            return wrong("',' or ')' is expected");
        if (count < function->least || count > function->most)
            return wrong(std::string(name) + " takes another number of values than " +
                         std::to_string(count));
        add(function->op, count);
        return {};
    }

    std::string_view m_text;
    const std::vector<std::string>& m_names;
    size_t m_at = 0;
    int m_depth = 0;
    ScoreFormula m_formula;
};

core::Result<ScoreFormula> ScoreFormula::parse(std::string_view text,
                                               const std::vector<std::string>& names) {
    return FormulaParser(text, names).run();
}

double ScoreFormula::applied(const Step& step, std::vector<double>& stack) {
    const auto pop = [&] {
        const double value = stack.back();
        stack.pop_back();
        return value;
    };
    double value = pop();
    switch (step.op) {
        case Op::Add:
            return pop() + value;
        case Op::Subtract:
            return pop() - value;
        case Op::Multiply:
            return pop() * value;
        case Op::Divide:
            return pop() / value;
        case Op::Power:
            return std::pow(pop(), value);
        case Op::Negate:
            return -value;
        case Op::Min:
            for (size_t i = 1; i < step.count; ++i)
                value = std::min(value, pop());
            return value;
        case Op::Max:
            for (size_t i = 1; i < step.count; ++i)
                value = std::max(value, pop());
            return value;
        case Op::Abs:
            return std::abs(value);
        case Op::Floor:
            return std::floor(value);
        case Op::Ceil:
            return std::ceil(value);
        case Op::Exp:
            return std::exp(value);
        case Op::Sqrt:
            return std::sqrt(value);
        case Op::Log:
            return std::log(value);
        case Op::Number:
        case Op::Score:
            break;
    }
    return value;
}

double ScoreFormula::value(std::span<const double> scores) const {
    std::vector<double> stack;
    for (const Step& step : m_steps) {
        if (step.op == Op::Number)
            stack.push_back(step.number);
        else if (step.op == Op::Score)
            stack.push_back(scores[step.count]);
        else
            stack.push_back(applied(step, stack));
    }
    return stack.back();
}

}  // namespace hearth::finetune
