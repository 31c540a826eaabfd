#include "app/api/handlers/node_metrics_handlers.h"

#include <nlohmann/json.hpp>

#include "app/api/handlers/list_json.h"
#include "app/api/handlers/query.h"
#include "app/services/accounts/scope_of.h"
#include "app/services/node/node.h"
#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kDefaultPoints = 300;
constexpr int64_t kMaxPoints = 2000;

/// Parallel lists, which are a third of the size of a list of objects.
json historyJson(const NodeSampler::History& history) {
    json columns = {{"object", "hearth.node_metrics"}, {"interval_s", history.bucketSeconds}};
    for (const char* name :
         {"time", "prompt_tokens_per_s", "generated_tokens_per_s", "requests_per_s", "running",
          "waiting", "kv_bytes_used", "rss_bytes", "cpu_share", "first_token_ms"})
        columns[name] = json::array();
    for (const auto& bucket : history.buckets) {
        columns["time"].push_back(bucket.time);
        columns["prompt_tokens_per_s"].push_back(bucket.promptTokensPerS);
        columns["generated_tokens_per_s"].push_back(bucket.generatedTokensPerS);
        columns["requests_per_s"].push_back(bucket.requestsPerS);
        columns["running"].push_back(bucket.running);
        columns["waiting"].push_back(bucket.waiting);
        columns["kv_bytes_used"].push_back(int64_t(bucket.kvBytesUsed));
        columns["rss_bytes"].push_back(int64_t(bucket.rssBytes));
        columns["cpu_share"].push_back(bucket.cpuShare);
        columns["first_token_ms"].push_back(orNull(bucket.firstTokenMs));
    }
    return columns;
}

/// Sums over departments, by model.
json usageJson(const std::vector<storage::UsageTotal>& totals, const TimeRange& range) {
    std::map<std::string, storage::UsageTotal> byModel;
    storage::UsageTotal all;
    for (const auto& total : totals)
        for (auto* sum : {&byModel[total.modelId], &all}) {
            sum->requests += total.requests;
            sum->promptTokens += total.promptTokens;
            sum->completionTokens += total.completionTokens;
        }
    json models = json::array();
    for (const auto& [model, sum] : byModel)
        models.push_back({{"model", model},
                          {"requests", sum.requests},
                          {"prompt_tokens", sum.promptTokens},
                          {"completion_tokens", sum.completionTokens}});
    return {{"object", "hearth.usage"},
            {"from", range.from},
            {"to", range.to},
            {"requests", all.requests},
            {"prompt_tokens", all.promptTokens},
            {"completion_tokens", all.completionTokens},
            {"models", std::move(models)}};
}

}  // namespace

Handler nodeMetricsHandler(Node& node) {
    return [&node](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const TimeRange range, readTimeRange(http.head, node.clock().unixSeconds()));
        CORE_ASSIGN(const int64_t points,
                    readQueryInt(http.head, "points", 2, kMaxPoints, kDefaultPoints));
        return Response::json(
            core::dumpJson(historyJson(node.sampler().history(range.from, range.to, points))));
    };
}

Handler nodeUsageHandler(Node& node) {
    return [&node](const Request& http) -> core::Result<Response> {
        CORE_ASSIGN(const TimeRange range, readTimeRange(http.head, node.clock().unixSeconds()));
        storage::MetricsRepository metrics(node.data().metrics());
        // The second `to` is part of the range, so that `to` = now has the newest request.
        const auto totals =
            metrics.usageTotals(scopeOf(http.principal), range.from * 1000, (range.to + 1) * 1000);
        return Response::json(core::dumpJson(usageJson(totals, range)));
    };
}

}  // namespace hearth::app
