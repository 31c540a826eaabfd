// How each family names and joins its tensors, as a table of patterns.
#include <charconv>
#include <span>
#include <string_view>

#include "engine/formats/codec_mxfp4.h"
#include "engine/models/canonical_weights.h"

namespace hearth::engine {
namespace {

/// Which rows of the stored matrix (or elements of the stored vector) are the tensor's.
enum class Rows : uint8_t { All, FirstHalf, SecondHalf, Even, Odd };

/// How a matrix is stored: [out, in], [in, out], or [out, in/32, 16] of nibbles.
enum class Form : uint8_t { Matrix, Transposed, Mxfp4 };

/// Names after "model.layers.N."; # is the number of an expert. Where only the canonical name
/// has it, the experts are the entries of dimension 0.
struct Pattern {
    std::string_view canonical;
    std::string_view stored;
    Rows rows = Rows::All;
    Form form = Form::Matrix;
};

constexpr std::string_view kRouter = "mlp.gate.weight";
constexpr std::string_view kGate = "mlp.experts.#.gate_proj.weight";
constexpr std::string_view kUp = "mlp.experts.#.up_proj.weight";
constexpr std::string_view kDown = "mlp.experts.#.down_proj.weight";

// The modules of transformers 5 as they are in memory, which training programs save.
constexpr Pattern kFused[] = {
    {kGate, "mlp.experts.gate_up_proj", Rows::FirstHalf},
    {kUp, "mlp.experts.gate_up_proj", Rows::SecondHalf},
    {kDown, "mlp.experts.down_proj"},
};

constexpr Pattern kMixtral[] = {
    {kRouter, "block_sparse_moe.gate.weight"},
    {kGate, "block_sparse_moe.experts.#.w1.weight"},
    {kUp, "block_sparse_moe.experts.#.w3.weight"},
    {kDown, "block_sparse_moe.experts.#.w2.weight"},
};

constexpr Pattern kGraniteMoe[] = {
    {kRouter, "block_sparse_moe.router.layer.weight"},
    {kGate, "block_sparse_moe.input_linear.weight", Rows::FirstHalf},
    {kUp, "block_sparse_moe.input_linear.weight", Rows::SecondHalf},
    {kDown, "block_sparse_moe.output_linear.weight"},
    {kRouter, "block_sparse_moe.router.weight"},
    {kGate, "block_sparse_moe.experts.gate_up_proj", Rows::FirstHalf},
    {kUp, "block_sparse_moe.experts.gate_up_proj", Rows::SecondHalf},
    {kDown, "block_sparse_moe.experts.down_proj"},
    {"mlp.shared_experts.gate_proj.weight", "shared_mlp.input_linear.weight", Rows::FirstHalf},
    {"mlp.shared_experts.up_proj.weight", "shared_mlp.input_linear.weight", Rows::SecondHalf},
    {"mlp.shared_experts.down_proj.weight", "shared_mlp.output_linear.weight"},
};

constexpr Pattern kGptOss[] = {
    {kRouter, "mlp.router.weight"},
    {"mlp.gate.bias", "mlp.router.bias"},
    {kGate, "mlp.experts.gate_up_proj_blocks", Rows::Even, Form::Mxfp4},
    {kUp, "mlp.experts.gate_up_proj_blocks", Rows::Odd, Form::Mxfp4},
    {kDown, "mlp.experts.down_proj_blocks", Rows::All, Form::Mxfp4},
    {kGate, "mlp.experts.gate_up_proj", Rows::Even, Form::Transposed},
    {kUp, "mlp.experts.gate_up_proj", Rows::Odd, Form::Transposed},
    {kDown, "mlp.experts.down_proj", Rows::All, Form::Transposed},
    {"mlp.experts.#.gate_proj.bias", "mlp.experts.gate_up_proj_bias", Rows::Even},
    {"mlp.experts.#.up_proj.bias", "mlp.experts.gate_up_proj_bias", Rows::Odd},
    {"mlp.experts.#.down_proj.bias", "mlp.experts.down_proj_bias"},
};

/// What a family's published checkpoints use, tried before the canonical name; then, unless it
/// gives the same names another meaning, the fused layout.
struct Dialect {
    std::string_view architecture;
    std::span<const Pattern> published;
    bool fused = true;
};

constexpr Dialect kDialects[] = {
    {"MixtralForCausalLM", kMixtral},
    {"GraniteMoeForCausalLM", kGraniteMoe},
    {"GraniteMoeSharedForCausalLM", kGraniteMoe},
    {"GptOssForCausalLM", kGptOss, false},
};

Dialect dialectOf(const ModelConfig& config) {
    for (const Dialect& dialect : kDialects) {
        if (config.architecture == dialect.architecture)
            return dialect;
    }
    return {};
}

/// "model.layers.3." and "mlp.experts.#.up_proj.weight" of expert 7.
struct LayerName {
    std::string prefix;
    std::string pattern;
    int64_t expert = -1;
};

LayerName split(const std::string& name) {
    constexpr std::string_view kLayers = "model.layers.", kExperts = "mlp.experts.";
    LayerName out;
    if (name.starts_with(kLayers))
        out.prefix = name.substr(0, name.find('.', kLayers.size()) + 1);
    out.pattern = name.substr(out.prefix.size());
    if (!out.pattern.starts_with(kExperts))
        return out;
    const char* digits = out.pattern.data() + kExperts.size();
    const char* end = out.pattern.data() + out.pattern.size();
    const auto parsed = std::from_chars(digits, end, out.expert);
    if (parsed.ec == std::errc())
        out.pattern.replace(kExperts.size(), size_t(parsed.ptr - digits), "#");
    return out;
}

void placeRows(StoredPlace& place, Rows which, int64_t rows) {
    place.row_step = which == Rows::Even || which == Rows::Odd ? 2 : 1;
    if (which == Rows::SecondHalf)
        place.row_begin = rows;
    if (which == Rows::Odd)
        place.row_begin = 1;
}

std::vector<int64_t> storedShape(const Pattern& pattern, const std::vector<int64_t>& shape) {
    const int64_t rows = shape[0] * (pattern.rows == Rows::All ? 1 : 2);
    if (shape.size() == 1)
        return {rows};
    if (pattern.form == Form::Transposed)
        return {shape[1], rows};
    if (pattern.form == Form::Mxfp4)
        return {rows, shape[1] / kMxfp4Block, kMxfp4Block / 2};
    return {rows, shape[1]};
}

StoredPlace placeBy(const Pattern& pattern, const LayerName& name, const ModelConfig& config,
                    const TensorSpec& spec) {
    StoredPlace place;
    place.name = name.prefix + std::string(pattern.stored);
    place.shape = storedShape(pattern, spec.shape);
    place.transposed = pattern.form == Form::Transposed;
    place.mxfp4 = pattern.form == Form::Mxfp4;
    placeRows(place, pattern.rows, spec.shape[0]);
    if (const size_t number = place.name.find('#'); number != std::string::npos) {
        place.name.replace(number, 1, std::to_string(name.expert));
    } else if (name.expert >= 0) {
        place.entry = name.expert;
        place.shape.insert(place.shape.begin(), config.n_routed_experts);
    }
    return place;
}

bool canHold(const Pattern& pattern, const TensorSpec& spec) {
    return pattern.form != Form::Mxfp4 || spec.shape.back() % kMxfp4Block == 0;
}

}  // namespace

std::vector<StoredPlace> storedPlaces(const ModelConfig& config, const TensorSpec& spec) {
    const LayerName name = split(spec.name);
    const Dialect dialect = dialectOf(config);
    std::vector<StoredPlace> places;
    const auto addMatches = [&](std::span<const Pattern> patterns) {
        for (const Pattern& pattern : patterns) {
            if (name.pattern == pattern.canonical && canHold(pattern, spec))
                places.push_back(placeBy(pattern, name, config, spec));
        }
    };
    addMatches(dialect.published);
    places.push_back({.name = spec.name, .shape = spec.shape});
    if (dialect.fused)
        addMatches(kFused);
    return places;
}

}  // namespace hearth::engine
