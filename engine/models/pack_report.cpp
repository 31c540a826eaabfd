#include "engine/models/pack_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hearth::engine {
namespace {

using nlohmann::ordered_json;

uint64_t elementsOf(const PackedTensor& tensor) {
    uint64_t elements = 1;
    for (const int64_t extent : tensor.shape)
        elements *= uint64_t(extent);
    return elements;
}

ordered_json divergenceJson(const Divergence& d) {
    return {{"tokens", d.tokens},         {"kl_mean", d.kl_mean},
            {"kl_p99", d.kl_p99},         {"same_top_token", d.same_top},
            {"perplexity", d.perplexity}, {"reference_perplexity", d.reference_perplexity}};
}

}  // namespace

PackReport reportOf(const PackedFile& file) {
    PackReport report{.precision = file.header().recipe,
                      .bytes = file.fileBytes(),
                      .divergence = {},
                      .not_measured = {},
                      .tensors = file.header().tensors};
    for (const PackedSourceFile& source : file.header().files)
        report.source_bytes += source.bytes;
    uint64_t elements = 0, bytes = 0;
    for (const PackedTensor& tensor : report.tensors) {
        elements += elementsOf(tensor);
        bytes += tensor.bytes;
    }
    report.bits_per_weight = elements > 0 ? 8.0 * double(bytes) / double(elements) : 0;
    return report;
}

bool losesPrecision(const PackReport& report) {
    return std::ranges::any_of(report.tensors,
                               [](const PackedTensor& t) { return t.error.largest > 0; });
}

std::string writePackReport(const PackReport& report) {
    ordered_json tensors = ordered_json::array();
    for (const PackedTensor& tensor : report.tensors)
        tensors.push_back({{"key", tensor.key},
                           {"role", tensor.role},
                           {"dtype", dtypeName(tensor.dtype)},
                           {"shape", tensor.shape},
                           {"bytes", tensor.bytes},
                           {"relative_rms_error", tensor.error.relative_rms},
                           {"largest_error", tensor.error.largest}});
    ordered_json json = {
        {"precision", report.precision},
        {"bytes", report.bytes},
        {"source_bytes", report.source_bytes},
        {"bits_per_weight", report.bits_per_weight},
        {"divergence", report.divergence ? divergenceJson(*report.divergence) : ordered_json()}};
    if (!report.divergence)
        json["not_measured"] = report.not_measured;
    json["tensors"] = std::move(tensors);
    return json.dump(1) + "\n";
}

}  // namespace hearth::engine
