// What the tests of GGUF files share: reference models, and their way into a file.
#pragma once
#include "engine/models/gguf_export.h"
#include "engine/models/model_source.h"

namespace hearth::engine {

inline std::filesystem::path referenceModel(const char* name) {
    return std::filesystem::path(HEARTH_TEST_DATA_DIR) / "reference/models" / name;
}

inline core::Result<GgufExportReport> exportTo(const ModelSource& source,
                                               const std::filesystem::path& from,
                                               const std::filesystem::path& file,
                                               GgufPrecision precision) {
    const auto texts = modelTextFiles(from).valueOrThrow();
    return exportGguf({.config = source.config,
                       .weights = *source.weights,
                       .texts = texts,
                       .name = "test",
                       .precision = precision},
                      file);
}

}  // namespace hearth::engine
