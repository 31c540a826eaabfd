// What drafts of an MTP module gain by how often they are right, on a made model of 16 layers: its
// layers cost what they cost and add nothing, so that each token is followed by its successor, and
// its module knows the successor of a chosen share of the tokens.
//   mtp_benchmark DIRECTORY [--one-thread]
// --one-thread counts the processor time of one thread, for a machine that others use as well.
// Writes DIRECTORY/model.hearth (1.5 GB, 4.5 bits a weight) unless it is there.
#include <algorithm>
#include <cstdio>
#include <future>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/models/packed_model.h"
#include "engine/runtime/scheduler.h"
#include "tests/benchmarks/benchmark_support.h"
#include "tests/benchmarks/random_weights.h"

namespace {

using namespace hearth;
using namespace hearth::engine;
namespace fs = std::filesystem;

constexpr int64_t kVocab = 2048;  // and the hidden size: a token's embedding is one-hot
constexpr int64_t kRegion = 400;  // so many tokens are known to the module as often
constexpr int kPercent[] = {0, 50, 70, 85, 100};
constexpr int64_t kAnswer = 96;
constexpr int kRounds = 3;

std::string configText() {
    const nlohmann::json config = {{"architectures", {"DeepseekV3ForCausalLM"}},
                                   {"model_type", "deepseek_v3"},
                                   {"vocab_size", kVocab},
                                   {"hidden_size", kVocab},
                                   {"intermediate_size", 5632},
                                   {"moe_intermediate_size", 704},
                                   {"num_hidden_layers", 16},
                                   {"num_nextn_predict_layers", 1},
                                   {"num_attention_heads", 16},
                                   {"num_key_value_heads", 16},
                                   {"n_shared_experts", 1},
                                   {"n_routed_experts", 32},
                                   {"num_experts_per_tok", 4},
                                   {"routed_scaling_factor", 1.0},
                                   {"kv_lora_rank", 512},
                                   {"q_lora_rank", nullptr},
                                   {"qk_rope_head_dim", 64},
                                   {"qk_nope_head_dim", 128},
                                   {"v_head_dim", 128},
                                   {"topk_method", "noaux_tc"},
                                   {"n_group", 1},
                                   {"topk_group", 1},
                                   {"moe_layer_freq", 1},
                                   {"first_k_dense_replace", 1},
                                   {"norm_topk_prob", true},
                                   {"scoring_func", "sigmoid"},
                                   {"max_position_embeddings", 4096},
                                   {"rms_norm_eps", 1e-6},
                                   {"rope_theta", 10000},
                                   {"tie_word_embeddings", false},
                                   {"attention_bias", false},
                                   {"bos_token_id", nullptr},
                                   {"eos_token_id", kVocab - 1},
                                   {"hidden_act", "silu"},
                                   {"torch_dtype", "bfloat16"}};
    return config.dump(2);
}

/// A one in each row of the first kVocab columns, where `column` says; zeros without it.
class SparseRows : public ComputedRows {
public:
    using Column = int64_t (*)(int64_t row);
    SparseRows(int64_t columns, Column column) : m_columns(columns), m_column(column) {}
    void readRows(int64_t begin, int64_t end, float* out) const override {
        std::fill(out, out + (end - begin) * m_columns, 0.0f);
        for (int64_t row = begin; m_column && row < end; ++row)
            out[(row - begin) * m_columns + m_column(row)] = 1.0f;
    }

private:
    int64_t m_columns;
    Column m_column;
};

int64_t same(int64_t row) {
    return row;
}
int64_t predecessor(int64_t row) {
    return (row + kVocab - 1) % kVocab;
}
/// The module takes some tokens for the one before them, and so predicts the token itself.
int64_t taken(int64_t token) {
    const auto region = size_t(std::min<int64_t>(token / kRegion, 4));
    return int64_t(mixBits(uint64_t(token)) % 100) < kPercent[region] ? token : predecessor(token);
}

/// The random model with what this benchmark's text needs put in its place.
class SuccessorWeights : public WeightSource {
public:
    explicit SuccessorWeights(const ModelConfig& config) : m_random(config) {
        for (const std::string& name : m_random.names()) {
            const auto ends = [&](const char* end) { return name.ends_with(end); };
            if (ends("o_proj.weight") || ends("down_proj.weight"))
                put(name, nullptr);
            else if (ends("embed_tokens.weight"))
                put(name, same);
            else if (ends("head.weight"))
                put(name, predecessor);  // row t is likely after t - 1
        }
        // The module goes by the next token alone: the left half of its input.
        put("model.layers.16.eh_proj.weight", same);
        put("model.layers.16.embed_tokens.weight", taken);
    }
    std::vector<std::string> names() const override { return m_random.names(); }
    const StoredTensor* find(const std::string& name) const override {
        const auto found = m_changed.find(name);
        return found == m_changed.end() ? m_random.find(name) : &found->second;
    }

private:
    void put(const std::string& name, SparseRows::Column column) {
        StoredTensor tensor = *m_random.find(name);
        tensor.computed = std::make_shared<const SparseRows>(tensor.shape.back(), column);
        m_changed[name] = std::move(tensor);
    }

    benchmark::RandomWeights m_random;
    std::map<std::string, StoredTensor> m_changed;
};

core::Status make(const fs::path& file) {
    if (fs::exists(file))
        return {};
    CORE_TRY(core::createDirectories(file.parent_path()));
    PackSource source;
    source.texts["config.json"] = configText();
    CORE_ASSIGN(source.model.config, parseModelConfig(source.texts["config.json"]));
    source.model.weights = std::make_unique<SuccessorWeights>(source.model.config);
    CORE_ASSIGN(const auto recipe, PackRecipe::find("int4", source.model.config));
    return packWeights(source, recipe, file, {});
}

class Counter : public GenerationSink {
public:
    bool token(const SampledToken& token) override {
        right += token.id == ++m_last;
        return true;
    }
    void finished(const GenerationResult&) override { m_done.set_value(); }
    void wait() { m_done.get_future().wait(); }
    explicit Counter(int32_t start) : m_last(start) {}

    int64_t right = 0;

private:
    int32_t m_last;
    std::promise<void> m_done;
};

struct Run {
    double rate = 0;  // tokens a second, of all streams
    SchedulerStats stats;
};

Run run(Backend& backend, Model& model, Speculation speculation, int region, int streams) {
    Scheduler scheduler(backend, model, {.cache_dtype = DType::BF16, .speculation = speculation});
    std::vector<std::shared_ptr<Counter>> sinks;
    const double start = benchmark::processSecondsNow();
    for (int i = 0; i < streams; ++i) {
        const auto first = int32_t(region * kRegion + i * 36);
        sinks.push_back(std::make_shared<Counter>(first));
        GenerationRequest request;
        request.prompt = {first};
        request.max_tokens = kAnswer;
        request.sampling.temperature = 0.0f;
        scheduler.submit(std::move(request), sinks.back()).valueOrThrow();
    }
    for (const auto& sink : sinks) {
        sink->wait();
        CORE_ASSERT(sink->right == kAnswer);
    }
    const double took = benchmark::processSecondsNow() - start;
    scheduler.runBetweenSteps([] {});  // the last step is counted after its answer is out
    return {double(kAnswer * streams) / took, scheduler.stats()};
}

void measure(Backend& backend, Model& model, int region, int streams) {
    std::vector<double> off, drafts;
    SchedulerStats stats;
    for (int round = 0; round < kRounds; ++round) {
        off.push_back(run(backend, model, Speculation::Off, region, streams).rate);
        const Run drafted = run(backend, model, Speculation::Measured, region, streams);
        drafts.push_back(drafted.rate);
        stats = drafted.stats;
    }
    std::ranges::sort(off);
    std::ranges::sort(drafts);
    const double base = off[kRounds / 2], rate = drafts[kRounds / 2];
    std::printf("| %d %% | %d | %.1f | %.1f | %.2f | %ld | %ld | %ld |\n", kPercent[region],
                streams, base, rate, rate / base, long(stats.steps), long(stats.mtp_drafted_tokens),
                long(stats.mtp_accepted_tokens));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: mtp_benchmark DIRECTORY [--one-thread]\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const fs::path file = fs::path(argv[1]) / kPackedFileName;
    if (const auto made = make(file); !made) {
        std::fprintf(stderr, "%s\n", made.error().text().c_str());
        return 1;
    }
    benchmark::measureProcessorTime = argc > 2 && std::string(argv[2]) == "--one-thread";
    auto backend = createCpuBackend({.threads = benchmark::measureProcessorTime ? 1 : 0});
    const auto model = loadPackedModel(*backend, file).valueOrThrow();
    std::printf("%s; %s; median of %d\n\n", benchmark::processorName().c_str(),
                backend->description().c_str(), kRounds);
    std::printf(
        "| module is right | streams | off, tokens/s | drafts | ratio | steps | drafted | "
        "accepted |\n|---|---|---|---|---|---|---|---|\n");
    for (const int streams : {1, 4})
        for (int region = 0; region < 5; ++region)
            measure(*backend, *model, region, streams);
    return 0;
}
