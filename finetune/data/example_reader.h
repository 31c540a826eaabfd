// From a data set's text to examples: what the readers of every kind share.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "finetune/data/forms/recognise.h"
#include "finetune/data/line_problems.h"

namespace hearth::finetune {

/// All examples or none. Example has a member `line`; parse makes one of a mapped row. Errors:
/// InvalidArgument listing the bad lines, or saying that there is no example.
template <typename Example, typename Parse>
core::Result<std::vector<Example>> readExamples(std::string_view text, DataKind kind,
                                                const std::string& label, Parse&& parse) {
    LineProblems problems;
    std::vector<Example> examples;
    forEachMappedRow(text, recogniseFormOf(text, kind), [&](int64_t line, const ReadRow& row) {
        auto example = row ? parse(*row) : core::Result<Example>(row.error());
        if (example) {
            example->line = line;
            examples.push_back(std::move(*example));
        } else {
            problems.add(line, example.error().message);
        }
        return !problems.full();
    });
    CORE_TRY(problems.status(label));
    if (examples.empty())
        return core::Error{core::ErrorCode::InvalidArgument, "the data set has no example", label};
    return examples;
}

}  // namespace hearth::finetune
