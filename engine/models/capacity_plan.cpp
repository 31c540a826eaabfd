#include "engine/models/capacity_plan.h"

#include <algorithm>
#include <functional>
#include <iomanip>
#include <optional>
#include <sstream>

#include "core/strings.h"
#include "engine/layers/expanded_keys.h"
#include "engine/models/decoder_builder.h"
#include "engine/models/memory_report.h"
#include "engine/models/parameter_count.h"
#include "engine/models/step_simulator.h"

namespace hearth::engine {
namespace {

constexpr int64_t kMostUsers = 1024;

/// The largest value in [0, limit] that holds, if with a value all smaller ones do; 0 always does.
int64_t largest(int64_t limit, const std::function<bool(int64_t)>& holds) {
    int64_t low = 0;
    for (int64_t high = limit + 1; high - low > 1;) {
        const int64_t middle = low + (high - low) / 2;
        (holds(middle) ? low : high) = middle;
    }
    return low;
}

core::Error invalid(const std::string& message, const char* argument) {
    return {core::ErrorCode::InvalidArgument, message, argument};
}

core::Status checkRequest(const ModelConfig& config, const PlanRequest& request) {
    if (request.users < 1 || request.users > kMostUsers)
        return invalid("users must be 1 to " + std::to_string(kMostUsers), "users");
    if (request.context < 1 || request.context > config.max_position_embeddings)
        return invalid("the model has a context of 1 to " +
                           std::to_string(config.max_position_embeddings) + " tokens",
                       "context");
    if (request.prefill_chunk < 1)
        return invalid("a chunk has at least one token", "prefill_chunk");
    return checkCacheType(config, request.cache_dtype);
}

/// The memory of a model in one precision.
class Planner {
public:
    Planner(const PlanSource& source, const PlanRequest& request, const PackRecipe& recipe)
        : m_source(source), m_request(request), m_store(source.shapes, recipe) {
        DecoderWeights weights = buildDecoderWeights(source.config, m_store, true);
        m_simulator.emplace(source.config, std::move(weights), request.cache_dtype,
                            request.prefill_chunk);
        if (recipe.name() == "exact")
            m_loading = m_store.largestMatrix();
    }

    CapacityPlan plan() {
        const PlanRequest& r = m_request;
        CapacityPlan plan{.request = r, .architecture = m_source.config.architecture};
        const ParameterCount count = countParameters(m_source.config);
        plan.parameters = count.total;
        plan.active_parameters = count.active;
        plan.weight_bytes = m_store.bytes();
        plan.table_bytes = m_simulator->tableBytes();
        plan.loading_bytes = m_loading;
        plan.cache_bytes_per_token = m_simulator->cacheBytesPerToken();
        plan.gqa_bytes_per_token = gqaBytesPerToken(m_source.config, r.cache_dtype);
        plan.mha_bytes_per_token = mhaBytesPerToken(m_source.config, r.cache_dtype);
        plan.cache_bytes = cacheBytes(r.users, r.context);
        plan.prompt_key_bytes = promptKeyBytes(r.users, r.context);
        plan.activation_bytes = m_simulator->activationBytes(r.users, r.context);
        plan.needed_bytes = needed(r.users, r.context);
        plan.fits = plan.needed_bytes <= r.memory_bytes;
        plan.max_users = largest(kMostUsers, [&](int64_t n) { return fits(n, r.context); });
        plan.max_context = maxContext();
        plan.weight_dtype = m_store.mostUsedType();
        addCosts(plan);
        return plan;
    }

    int64_t weightBytes() const { return m_store.bytes(); }

    int64_t maxContext() {
        const int64_t pages = m_source.config.max_position_embeddings / KvCache::kPageTokens;
        return KvCache::kPageTokens * largest(pages, [&](int64_t n) {
                   return fits(m_request.users, n * KvCache::kPageTokens);
               });
    }

    /// With the weights of another precision, which only changes their bytes.
    bool fitsWith(const PackRecipe& recipe, const CapacityPlan& plan) const {
        CountingStore store(m_source.shapes, recipe);
        buildDecoderWeights(m_source.config, store, true);
        return store.bytes() + plan.table_bytes + plan.cache_bytes + plan.prompt_key_bytes +
                   plan.activation_bytes <=
               m_request.memory_bytes;
    }

private:
    int64_t cacheBytes(int64_t users, int64_t context) const {
        return users * KvCache::pagesFor(context) * KvCache::kPageTokens *
               m_simulator->cacheBytesPerToken();
    }
    /// StepPlanner::keepKeys: the budget counts tokens, and a layer's last page is taken whole.
    int64_t promptKeyBytes(int64_t users, int64_t context) const {
        const ModelConfig& config = m_source.config;
        if (m_request.prompt_keys_bytes == 0 || context <= m_request.prefill_chunk ||
            !expandsKeys(config, m_request.cache_dtype))
            return 0;
        const ExpandedShape shape = expandedShape(config);
        const int64_t most =
            users * config.num_hidden_layers * ExpandedShape::pages(context) * shape.pageBytes();
        const int64_t tokens = users * config.num_hidden_layers * context * shape.tokenBytes();
        return std::min(most, m_request.prompt_keys_bytes + most - tokens);
    }
    int64_t needed(int64_t users, int64_t context) {
        const int64_t serving = m_simulator->tableBytes() + cacheBytes(users, context) +
                                promptKeyBytes(users, context) +
                                m_simulator->activationBytes(users, context);
        return m_store.bytes() + std::max(m_loading, serving);
    }
    bool fits(int64_t users, int64_t context) {
        // Without the step: spares the simulation of sizes that are far too large.
        return m_store.bytes() + cacheBytes(users, context) + promptKeyBytes(users, context) <=
                   m_request.memory_bytes &&
               needed(users, context) <= m_request.memory_bytes;
    }
    void addCosts(CapacityPlan& plan) {
        const PlanRequest& r = m_request;
        plan.decode = m_simulator->decodeCost(r.users, r.context);
        plan.first_chunk =
            m_simulator->prefillCost(std::min(r.prefill_chunk, r.context), plan.last_chunk_tokens);
        plan.last_chunk = m_simulator->prefillCost(r.context, plan.last_chunk_tokens);
    }

    const PlanSource& m_source;
    const PlanRequest& m_request;
    CountingStore m_store;
    std::optional<StepSimulator> m_simulator;
    int64_t m_loading = 0;
};

/// The finest precision coarser than the requested one in which the plan fits.
std::string fittingPrecision(const Planner& planner, const ModelConfig& config,
                             const CapacityPlan& plan) {
    const auto names = PackRecipe::names();
    auto name = std::ranges::find(names, plan.request.precision);
    while (name != names.end() && ++name != names.end()) {
        const auto recipe = PackRecipe::find(*name, config);
        if (recipe && planner.fitsWith(*recipe, plan))
            return *name;
    }
    return {};
}

std::string gigabytes(int64_t bytes) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(2) << double(bytes) / 1e9 << " GB";
    return text.str();
}

double secondsOf(const StepCost& cost, const MachineRates& rates) {
    const double memory = (cost.weight_bytes + cost.cache_bytes) / rates.bytes_per_second;
    const double arithmetic =
        cost.matrix_flops / rates.matrix_flops + cost.attention_flops / rates.attention_flops;
    return std::max(memory, arithmetic);
}

}  // namespace

core::Result<CapacityPlan> planCapacity(const PlanSource& source, const PlanRequest& request) {
    CORE_TRY(checkRequest(source.config, request));
    CORE_ASSIGN(const PackRecipe recipe, PackRecipe::find(request.precision, source.config));
    Planner planner(source, request, recipe);
    CapacityPlan plan = planner.plan();
    if (!plan.fits)
        plan.fitting_precision = fittingPrecision(planner, source.config, plan);
    if (!plan.fits && plan.fitting_precision.empty() && plan.max_context == 0) {
        CORE_ASSIGN(const PackRecipe int4, PackRecipe::find("int4", source.config));
        Planner coarsest(source, request, int4);
        plan.int4_context = coarsest.maxContext();
        plan.int4_weight_bytes = coarsest.weightBytes();
    }
    return plan;
}

core::Status checkFits(const CapacityPlan& plan) {
    if (plan.fits)
        return {};
    const PlanRequest& r = plan.request;
    std::string text = "the model needs " + gigabytes(plan.needed_bytes) + " in precision " +
                       r.precision + " for " + std::to_string(r.users) + " user(s) of " +
                       std::to_string(r.context) + " tokens, and there are " +
                       gigabytes(r.memory_bytes) + "; ";
    std::vector<std::string> ways;
    if (!plan.fitting_precision.empty())
        ways.push_back("precision " + plan.fitting_precision);
    if (plan.max_context > 0)
        ways.push_back("a context of " + std::to_string(plan.max_context) + " tokens");
    if (plan.max_users > 0)
        ways.push_back(std::to_string(plan.max_users) + " user(s)");
    if (plan.int4_context > 0)
        ways.push_back("precision int4 with a context of " + std::to_string(plan.int4_context) +
                       " tokens");
    text += ways.empty()
                ? "no precision and no context would fit: in int4 its weights alone take " +
                      gigabytes(plan.int4_weight_bytes)
                : "what would fit: " + core::join(ways, ", or ");
    return core::Error{core::ErrorCode::ResourceExhausted, text, ""};
}

SpeedForecast forecastSpeed(const CapacityPlan& plan, const MachineRates& rates) {
    SpeedForecast speed;
    speed.decode_per_user = 1.0 / secondsOf(plan.decode, rates);
    speed.decode_total = speed.decode_per_user * double(plan.request.users);
    // What a chunk costs grows evenly with where it lies, so the mean of the ends is the mean.
    const double chunk =
        (secondsOf(plan.first_chunk, rates) + secondsOf(plan.last_chunk, rates)) / 2;
    speed.prefill = double(plan.last_chunk_tokens) / chunk;
    return speed;
}

}  // namespace hearth::engine
