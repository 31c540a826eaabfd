// What there is to know of a data set before a model is trained on it. Errors block training;
// warnings are for the user to judge.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "finetune/data/forms/recognise.h"
#include "finetune/data/gate/finding.h"
#include "finetune/data/gate/token_check.h"

namespace hearth::finetune {

struct ReportOptions {
    const engine::ChatFormat* format = nullptr;  // null: lengths in characters, no masks
    TokenCheckOptions tokens;                    // its max_seq_len only with a format
    std::optional<std::string_view> against;     // another data set, to look for overlap with
    bool errors_only = false;                    // leave out what compares rows with each other
};

struct DataReport {
    RecognisedForm form;
    int64_t rows = 0;                                         // that are good
    std::vector<std::pair<int64_t, nlohmann::json>> preview;  // line and mapped row, masked
    std::vector<Finding> findings;                            // errors first
    std::vector<int64_t> lengths;                             // ascending; of answers of pairs each
    int64_t learnedTokens = 0;
    int64_t tooLongRows = 0;
    int64_t tokensBeyond = 0;
    std::vector<MaskPreview> masks;

    bool blocks() const;
};

/// Errors: InvalidArgument when `against` is no data set.
core::Result<DataReport> reportOn(std::string_view content, const RecognisedForm& form,
                                  const ReportOptions& options);

/// What keeps a job from training on the data, read as of this kind. Errors: InvalidArgument with
/// every error of its report, by line.
core::Status checkTrainable(std::string_view content, DataKind kind,
                            const engine::ChatFormat& format, const TokenCheckOptions& options);

/// As the API says it.
nlohmann::json reportJson(const DataReport& report, const ReportOptions& options);

}  // namespace hearth::finetune
