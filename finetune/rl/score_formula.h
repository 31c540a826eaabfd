// Arithmetic over the scores of graders, as OpenAI's `calculate_output` has it.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace hearth::finetune {

/// Numbers, names of graders, + - * / ^ (power), parentheses, and the functions min, max, abs,
/// floor, ceil, exp, sqrt and log: "0.8 * max(exact, 0.5 * form) - 0.2". Immutable.
class ScoreFormula {
public:
    /// names: of the graders, in the order of the scores that value() gets.
    /// Errors: InvalidArgument with the byte at which the text is wrong.
    static core::Result<ScoreFormula> parse(std::string_view text,
                                            const std::vector<std::string>& names);

    /// Perhaps no finite number, e.g. of log(0). REQUIRES: as many scores as names.
    double value(std::span<const double> scores) const;

private:
    friend class FormulaParser;

    enum class Op : uint8_t {
        Number,
        Score,
        Add,
        Subtract,
        Multiply,
        Divide,
        Power,
        Negate,
        Min,
        Max,
        Abs,
        Floor,
        Ceil,
        Exp,
        Sqrt,
        Log
    };
    struct Step {
        Op op = Op::Number;
        double number = 0.0;
        size_t count = 0;  // of Min and Max: arguments; of Score: its index
    };

    static double applied(const Step& step, std::vector<double>& stack);

    std::vector<Step> m_steps;  // in postfix order
};

}  // namespace hearth::finetune
