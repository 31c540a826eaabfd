#include <CLI/CLI.hpp>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "app/services/machine/machine.h"
#include "core/config.h"
#include "core/strings.h"
#include "engine/cpu/cpu_backend.h"
#include "engine/models/capacity_plan.h"
#include "engine/runtime/kv_cache.h"

namespace hearth::app {
namespace {

using nlohmann::json;

// For the system, this program and the files it reads, and the blocks that the allocator keeps.
constexpr int64_t kReservedBytes = 2'000'000'000;

struct PlanOptions {
    std::filesystem::path path;
    engine::PlanRequest request;
    double memoryGb = 0;
    std::string cache = "f32";
    int64_t promptKeysMb = core::NodeConfig().promptKeysMb;
};

int64_t memoryFor(const PlanOptions& options) {
    if (options.memoryGb > 0)
        return std::llround(options.memoryGb * 1e9);
    return std::max<int64_t>(0, memoryFacts().availableBytes - kReservedBytes);
}

json toJson(const engine::CapacityPlan& plan) {
    return {{"architecture", plan.architecture},
            {"precision", plan.request.precision},
            {"context", plan.request.context},
            {"users", plan.request.users},
            {"parameters", plan.parameters},
            {"active_parameters", plan.active_parameters},
            {"weight_bytes", plan.weight_bytes},
            {"table_bytes", plan.table_bytes},
            {"loading_bytes", plan.loading_bytes},
            {"kv_type", engine::dtypeName(plan.request.cache_dtype)},
            {"kv_bytes_per_token", plan.cache_bytes_per_token},
            {"kv_bytes_per_token_as_gqa", plan.gqa_bytes_per_token},
            {"kv_bytes_per_token_as_mha", plan.mha_bytes_per_token},
            {"kv_bytes", plan.cache_bytes},
            {"prompt_keys_bytes", plan.prompt_key_bytes},
            {"activation_bytes", plan.activation_bytes},
            {"needed_bytes", plan.needed_bytes},
            {"memory_bytes", plan.request.memory_bytes},
            {"fits", plan.fits},
            {"max_users", plan.max_users},
            {"max_context", plan.max_context}};
}

void addSpeed(json& report, const engine::CapacityPlan& plan, const engine::MachineRates& rates) {
    const engine::SpeedForecast speed = engine::forecastSpeed(plan, rates);
    report["measured_bytes_per_s"] = std::llround(rates.bytes_per_second);
    report["measured_flops"] = std::llround(rates.matrix_flops);
    report["decode_bytes"] = std::llround(plan.decode.weight_bytes + plan.decode.cache_bytes);
    report["decode_tokens_per_s_per_user"] = speed.decode_per_user;
    report["decode_tokens_per_s"] = speed.decode_total;
    report["prefill_tokens_per_s"] = speed.prefill;
}

std::string rounded(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

std::string bytesOf(const json& report, const char* name) {
    return formatBytes(report.at(name).get<int64_t>());
}

void printPlan(const json& r, bool fromWeights) {
    const auto number = [&](const char* name) { return r.at(name).dump(); };
    const auto perToken = [&](const char* name) { return number(name) + " bytes a token"; };
    std::vector<std::pair<std::string, std::string>> rows = {
        {"architecture", r.at("architecture").get<std::string>()},
        {"parameters", rounded(r.at("parameters").get<double>() / 1e9, 2) + " billion, " +
                           rounded(r.at("active_parameters").get<double>() / 1e9, 2) +
                           " used by a token"},
        {"precision", r.at("precision").get<std::string>() +
                          (fromWeights ? "" : " (types by config.json: no weights here)")},
        {"weights", bytesOf(r, "weight_bytes")},
        {"rotation tables", bytesOf(r, "table_bytes")},
        {"KV cache", bytesOf(r, "kv_bytes") + " for " + number("users") + " x " +
                         number("context") + " tokens, " + perToken("kv_bytes_per_token") + " in " +
                         r.at("kv_type").get<std::string>()},
        {"  as GQA", perToken("kv_bytes_per_token_as_gqa")},
        {"  as MHA", perToken("kv_bytes_per_token_as_mha")},
        {"prompts' keys", bytesOf(r, "prompt_keys_bytes") + " while prompts enter"},
        {"activations", bytesOf(r, "activation_bytes")},
        {"more while loading", bytesOf(r, "loading_bytes")},
        {"needed at most", bytesOf(r, "needed_bytes")},
        {"memory", bytesOf(r, "memory_bytes")},
        {"users that fit", number("max_users") + " at this context"},
        {"context that fits", number("max_context") + " tokens for these users"}};
    if (r.contains("decode_tokens_per_s")) {
        rows.emplace_back("measured here",
                          bytesOf(r, "measured_bytes_per_s") + "/s read, " +
                              rounded(r.at("measured_flops").get<double>() / 1e9, 0) + " GFLOP/s");
        rows.emplace_back("decode, at most",
                          rounded(r.at("decode_tokens_per_s"), 1) + " tokens/s, " +
                              rounded(r.at("decode_tokens_per_s_per_user"), 1) + " a user");
        rows.emplace_back("prefill, at most",
                          rounded(r.at("prefill_tokens_per_s"), 1) + " tokens/s");
    }
    printFields(rows);
}

core::Status runPlan(const CommandContext& context, PlanOptions options) {
    options.request.memory_bytes = memoryFor(options);
    options.request.cache_dtype =
        engine::parseCacheType(options.cache).value_or(engine::DType::BF16);
    options.request.prompt_keys_bytes = options.promptKeysMb << 20;
    CORE_ASSIGN(const auto source, engine::openPlanSource(options.path));
    if (options.request.precision.empty())
        options.request.precision = source.packed_as.empty() ? "exact" : source.packed_as;
    CORE_ASSIGN(const auto plan, engine::planCapacity(source, options.request));
    json report = toJson(plan);
    const core::Status fits = engine::checkFits(plan);
    if (fits)
        addSpeed(report, plan,
                 engine::measureRates(*engine::createCpuBackend(), plan.weight_dtype));
    else if (context.json)
        return fits;  // a program reads one document: the error
    if (context.json)
        printJson(report);
    else
        printPlan(report, source.from_weights);
    return fits;
}

}  // namespace

void addModelPlanCommand(CLI::App& model, CommandContext& context) {
    auto options = std::make_shared<PlanOptions>();
    auto* plan = model.add_subcommand(
        "plan", "memory and speed to expect of a model before it is loaded (no node needed)");
    plan->add_option("model", options->path, "a directory (config.json is enough), or a GGUF file")
        ->required()
        ->check(CLI::ExistingPath);
    plan->add_option("--context", options->request.context,
                     "tokens of a prompt and its answer together")
        ->capture_default_str();
    plan->add_option("--users", options->request.users, "users who are answered at once")
        ->capture_default_str();
    const auto names = engine::PackRecipe::names();
    const std::vector<std::string> known(names.begin(), names.end());
    plan->add_option("--precision", options->request.precision,
                     "of the weights: " + core::join(known, ", ") +
                         "; default: exact, or what a packed model has");
    options->request.precision.clear();
    plan->add_option("--cache", options->cache, "type of the KV cache")
        ->check(CLI::IsMember({"f32", "bf16", "int8"}))
        ->capture_default_str();
    plan->add_option("--prompt-keys-mb", options->promptKeysMb,
                     "[engine] prompt_keys_mb of the node; an int8 cache alone uses it")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    plan->add_option("--memory", options->memoryGb,
                     "memory in GB; default: what is available here, less 2 GB")
        ->check(CLI::PositiveNumber);
    plan->callback([&context, options] {
        context.action = [&context, options] { return runPlan(context, *options); };
    });
}

}  // namespace hearth::app
