#include "app/cli/job_watch.h"

#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/cli/terminal.h"
#include "core/api/paths.h"
#include "core/json.h"
#include "core/number_text.h"

namespace hearth::app {

using nlohmann::json;

std::string jobPath(const std::string& id) {
    return std::string(core::paths::kJobs) + "/" + pathSegment(id);
}

namespace {

constexpr std::chrono::milliseconds kPoll{500};

bool isOver(const json& job) {
    const std::string status = job.at("status");
    return status == "succeeded" || status == "failed" || status == "cancelled";
}

std::string progressText(const json& metrics) {
    std::string text = "step " + std::to_string(metrics.value("step", int64_t(0))) + "/" +
                       std::to_string(metrics.value("total", int64_t(0)));
    text += metrics.contains("train_reward")  // whose loss is about zero at any time
                ? "  reward " + core::fixedText(metrics["train_reward"].get<double>(), 3)
                : "  loss " + core::fixedText(metrics.value("train_loss", 0.0), 4);
    if (metrics.contains("tokens_per_s"))
        text += "  " + core::fixedText(metrics["tokens_per_s"].get<double>(), 0) + " tokens/s";
    if (metrics.contains("eta_s"))
        text += "  " + formatSeconds(metrics["eta_s"].get<double>()) + " left";
    return text;
}

/// Shows one event, a message as a line and metrics as the progress bar.
void showEvent(const json& event, ProgressLine& progress) {
    if (event.at("type") == "metrics") {
        const json& data = event.at("data");
        if (data.contains("step") && data.value("total", int64_t(0)) > 0)
            progress.update(data["step"].get<double>() / data["total"].get<double>(),
                            progressText(data));
        return;
    }
    progress.finish();
    std::cout << event.at("message").get<std::string>() << std::endl;
}

/// Events newer than `last`, oldest first; moves `last` on.
core::Result<std::vector<json>> newEvents(ApiClient& client, const std::string& id,
                                          std::string& last) {
    std::vector<json> fresh;
    std::string after;
    for (bool more = true; more;) {
        CORE_ASSIGN(const json page,
                    client.get(jobPath(id) + "/events?limit=100" +
                               (after.empty() ? "" : "&after=" + pathSegment(after))));
        more = page.at("has_more");
        for (const json& event : page.at("data")) {
            if (event.at("id") == last) {
                more = false;
                break;
            }
            after = event.at("id");
            fresh.push_back(event);
        }
    }
    std::reverse(fresh.begin(), fresh.end());
    if (!fresh.empty())
        last = fresh.back().at("id");
    return fresh;
}

void showOutcome(const json& job) {
    std::cout << "Job " << job.at("id").get<std::string>() << ": "
              << job.at("status").get<std::string>() << '\n';
    if (const json* model = core::findField(job, "fine_tuned_model"))
        std::cout << "Model: " << model->get<std::string>() << '\n';
    for (const json& e : job.value("evaluations", json::array())) {
        const auto percent = [&](const char* when) {
            const json* value = core::findField(e, when);
            return value && value->contains("accuracy")
                       ? core::fixedText(100 * (*value)["accuracy"].get<double>(), 1) + " %"
                       : std::string("-");
        };
        std::cout << "  " << e.at("name").get<std::string>() << ": " << percent("before") << " -> "
                  << percent("after") << '\n';
    }
}

/// An error when the job did not succeed, so that scripts see it in the exit status.
core::Status outcome(const json& job) {
    if (job.at("status") == "succeeded")
        return {};
    std::string reason = "the job was " + job.at("status").get<std::string>();
    if (const json* error = core::findField(job, "error"); error && error->contains("message"))
        reason += ": " + (*error)["message"].get<std::string>();
    return core::Error{core::ErrorCode::Internal, reason, job.at("id")};
}

}  // namespace

core::Status watchJob(CommandContext& context, const std::string& id) {
    CORE_ASSIGN(auto* client, context.connect());
    ProgressLine progress;
    std::string last;
    for (;;) {
        // The job first: whatever it did before this state is among the events.
        CORE_ASSIGN(const json job, client->get(jobPath(id)));
        CORE_ASSIGN(const auto events, newEvents(*client, id, last));
        for (const json& event : events)
            context.json ? printJson(event) : showEvent(event, progress);
        if (isOver(job)) {
            progress.finish();
            context.json ? printJson(job) : showOutcome(job);
            return outcome(job);
        }
        std::this_thread::sleep_for(kPoll);
    }
}

}  // namespace hearth::app
