// What an upload is, found out before anything is stored.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "finetune/data/forms/recognise.h"

namespace hearth::app {

struct MappedRow {
    int64_t line = 0;
    nlohmann::json value;
};

struct UploadCheck {
    int64_t entries = 0;
    std::string container;           // of training data: "csv"
    std::string form;                // "alpaca"
    std::vector<MappedRow> preview;  // the first rows as they will be learned
};

inline constexpr size_t kPreviewRows = 3;

/// purpose: "fine-tune" (any form of training data) or "evals" (questions with answers). Errors:
/// InvalidArgument listing the bad lines, or saying what forms there are.
core::Result<UploadCheck> checkUpload(const std::string& purpose, std::string_view content,
                                      const std::string& filename);

/// As recogniseForm; what the file's name promises and the content is not is an error.
core::Result<finetune::RecognisedForm> recogniseUpload(std::string_view content,
                                                       const std::string& filename);

}  // namespace hearth::app
