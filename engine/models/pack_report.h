// What packing did to a model's weights, kept beside them as JSON for people and for the API.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "engine/formats/packed_file.h"
#include "engine/models/divergence.h"

namespace hearth::engine {

/// In a model's directory, beside kPackedFileName.
inline constexpr const char* kPackReportName = "quantisation.json";

struct PackReport {
    std::string precision;
    uint64_t bytes = 0;          // of the packed file
    uint64_t source_bytes = 0;   // of the files that the weights came from
    double bits_per_weight = 0;  // over all elements of all tensors
    std::optional<Divergence> divergence;
    std::string not_measured;  // why there is no divergence
    std::vector<PackedTensor> tensors;
};

/// Everything but the divergence.
PackReport reportOf(const PackedFile& file);
/// True when some stored value differs from the checkpoint's.
bool losesPrecision(const PackReport& report);
std::string writePackReport(const PackReport& report);

}  // namespace hearth::engine
