// A model directory's config.json, generation_config.json and an adapter's adapter_config.json,
// as the sections of one input. What is accepted has finite figures and writes back the same.
#include <cmath>

#include "core/assert.h"
#include "engine/models/adapter_config.h"
#include "engine/models/memory_report.h"
#include "engine/models/model_config.h"
#include "engine/models/parameter_count.h"
#include "tests/fuzz/fuzz_support.h"

using namespace hearth;

namespace {

// A config may name 262,144 experts, whose tensors take a second to list under the sanitisers.
constexpr int64_t kMaxExperts = 4096;
constexpr int64_t kRopePositions = 64;

void checkTensors(const engine::ModelConfig& config) {
    for (const engine::TensorSpec& spec : engine::tensorSpecs(config)) {
        CORE_ASSERT(!spec.name.empty());
        for (const int64_t size : spec.shape)
            CORE_ASSERT(size > 0);
    }
    const engine::ParameterCount count = engine::countParameters(config);
    CORE_ASSERT(count.total > 0 && count.active > 0);
    CORE_ASSERT(count.active <= count.total);
}

void checkRope(const engine::ModelConfig& config) {
    const engine::RopeTable table =
        ropeTable(config, std::min(config.max_position_embeddings, kRopePositions));
    for (const auto* values : {&table.cos, &table.sin}) {
        for (const float value : *values)
            CORE_ASSERT(std::isfinite(value));
    }
    CORE_ASSERT(std::isfinite(config.softmaxScale()));
}

void checkWritten(const engine::ModelConfig& config) {
    const std::string written = writeModelConfig(config);
    const auto again = engine::parseModelConfig(written);
    CORE_ASSERT(again.ok());
    CORE_ASSERT(writeModelConfig(*again) == written);
}

void checkModel(const engine::ModelConfig& config) {
    if (config.n_routed_experts * config.num_hidden_layers <= kMaxExperts)
        checkTensors(config);
    CORE_ASSERT(engine::latentBytesPerToken(config, engine::DType::F32) > 0);
    CORE_ASSERT(engine::mhaBytesPerToken(config, engine::DType::F32) > 0);
    checkRope(config);
    if (config.architecture == "DeepseekV3ForCausalLM")
        checkWritten(config);
}

void checkAdapter(const engine::AdapterConfig& config) {
    CORE_ASSERT(config.r > 0);
    for (const char* module : {"model.layers.0.self_attn.q_proj", "model.layers.1.mlp.up_proj"}) {
        CORE_ASSERT(config.rankOf(module) > 0 && std::isfinite(config.scaleOf(module)));
        (void)config.targets(module);
    }
    (void)config.targetsParameter("model.layers.1.mlp.experts.gate_up_proj");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto parts = fuzz::sections(data, size);
    const auto& directory = fuzz::scratchDirectory();
    fuzz::writeFile(directory / "config.json", parts[0]);
    std::filesystem::remove(directory / "generation_config.json");
    if (parts.size() > 1)
        fuzz::writeFile(directory / "generation_config.json", parts[1]);
    if (const auto config = engine::readModelConfig(directory))
        checkModel(*config);
    if (const auto adapter = engine::parseAdapterConfig(std::string(parts.back())))
        checkAdapter(*adapter);
    return 0;
}
