#include "tests/ui/support/busy_node.h"

#include <QDateTime>
#include <QJsonArray>
#include <cmath>

namespace hearth::ui {
namespace {

qint64 now() {
    return QDateTime::currentSecsSinceEpoch();
}

QJsonObject listOf(const QJsonArray& data) {
    return {{"object", "list"}, {"data", data}, {"has_more", false}};
}

/// Noise that is the same in every run.
double noise(int i) {
    const double x = std::sin(i * 12.9898) * 43758.5453;
    return x - std::floor(x) - 0.5;
}

QJsonObject load(const QString& id, int running, int waiting) {
    return {{"id", id},
            {"architecture", "DeepseekV2ForCausalLM"},
            {"backend", "cpu"},
            {"running", running},
            {"waiting", waiting},
            {"generated_tokens", 1'234'567},
            {"kv_bytes_per_token", 31'104},
            {"kv_bytes_per_token_as_mha", 276'480}};
}

FakeAnswer metricsOf(const FakeRequest& request) {
    const auto from = request.queryValue("from").toLongLong();
    const auto to = request.queryValue("to").toLongLong();
    const int points = std::max(request.queryValue("points").toInt(), 2);
    QJsonArray time, prompt, generated, requests, cpu, first;
    for (int i = 0; i < points; ++i) {
        const double share = double(i) / points;
        if (share > 0.62 && share < 0.65)
            continue;  // the node was down
        const double load = 0.6 + 0.4 * std::sin(share * 4 * M_PI - 1.2);
        time.append(double(from) + share * double(to - from));
        prompt.append(900 * load + 260 * noise(i));
        generated.append(310 * load + 60 * noise(i + 7));
        requests.append(2.4 * load);
        cpu.append(0.35 + 0.3 * load);
        first.append(i % 40 == 0 ? QJsonValue() : QJsonValue(380 + 200 * load + 40 * noise(i + 3)));
    }
    return {.json = {{"interval_s", int((to - from) / points)},
                     {"time", time},
                     {"prompt_tokens_per_s", prompt},
                     {"generated_tokens_per_s", generated},
                     {"requests_per_s", requests},
                     {"cpu_share", cpu},
                     {"first_token_ms", first}}};
}

QJsonArray alarms() {
    return {QJsonObject{{"id", "a1"},
                        {"code", "job_failed"},
                        {"severity", "bad"},
                        {"message", "A job failed."},
                        {"since", now() - 3000},
                        {"subject", QJsonObject{{"kind", "job"}, {"id", "ftjob-failed"}}},
                        {"values", QJsonObject{{"model", "hearth-demo"},
                                               {"reason", "The worker ran out of memory."}}}},
            QJsonObject{{"id", "a2"},
                        {"code", "key_expires"},
                        {"severity", "attention"},
                        {"message", "A key expires."},
                        {"since", now() - 90'000},
                        {"subject", QJsonObject{{"kind", "key"}, {"id", "key-1"}}},
                        {"values", QJsonObject{{"name", "support-portal"}, {"days", 5}}}}};
}

QJsonObject file(const QString& id, const QString& name, const QString& purpose, int lines) {
    return {{"id", id},
            {"filename", name},
            {"purpose", purpose},
            {"status", "processed"},
            {"bytes", lines * 420},
            {"lines", lines},
            {"created_at", now() - 200'000}};
}

QJsonObject model(const QString& id, const QString& kind, const QString& base = {}) {
    return {{"id", id},
            {"kind", kind},
            {"base", base},
            {"served", true},
            {"wanted", true},
            {"tunable", kind == "base"},
            {"architecture", "DeepseekV2ForCausalLM"},
            {"bytes", 62'000'000},
            {"created_at", now() - 400'000}};
}

QJsonObject withProgress(QJsonObject job) {
    job["progress"] = QJsonObject{
        {"step", 240}, {"total_steps", 400}, {"tokens_per_s", 1310.4}, {"eta_s", 412.0}};
    job["finished_at"] = QJsonValue();
    return job;
}

QJsonObject withError(QJsonObject job) {
    job["error"] = QJsonObject{{"code", "out_of_memory"},
                               {"message", "The worker ran out of memory at step 12."}};
    return job;
}

QJsonArray jobs() {
    QJsonObject older = busyJob("ftjob-older", "succeeded", "hearth-demo-faq");
    QJsonObject settings = older["hearth"].toObject();
    settings["learning_rate"] = 0.0005;
    older["hearth"] = settings;
    return {withProgress(busyJob("ftjob-running", "running")), busyJob("ftjob-queued", "queued"),
            busyJob("ftjob-done", "succeeded", "hearth-demo-support"), older,
            withError(busyJob("ftjob-failed", "failed"))};
}

QJsonObject event(const QString& id, const QString& level, const QString& message) {
    return {{"id", id},          {"created_at", now() - 500}, {"level", level},
            {"type", "message"}, {"message", message},        {"data", QJsonObject()}};
}

void answerRun(FakeNode& node, const QJsonObject& job) {
    const QString id = job["id"].toString();
    const QString path = "/v1/fine_tuning/jobs/" + id;
    node.answer("GET", path, job);
    node.answer("GET", path + "/events",
                listOf({event("e3", "info", "Step 240: loss 1.31"),
                        event("e2", "warn", "3 lines are longer than the context and were cut"),
                        event("e1", "info", "Training starts: 1,200 examples, 400 steps")}));
    node.answer("GET", path + "/checkpoints",
                listOf({QJsonObject{{"id", "ckpt-2"},
                                    {"created_at", now() - 300},
                                    {"step_number", 200},
                                    {"metrics", QJsonObject{{"valid_loss", 1.42}}}},
                        QJsonObject{{"id", "ckpt-1"},
                                    {"created_at", now() - 600},
                                    {"step_number", 100},
                                    {"metrics", QJsonObject{{"valid_loss", 1.71}}}}}));
    const double level = id == "ftjob-older" ? 1.15 : 1;
    node.handle("GET", "/api/v1/jobs/" + id + "/metrics", [level](const FakeRequest& request) {
        const bool later =
            !request.queryValue("after").isEmpty() && request.queryValue("after").toInt() >= 240;
        return FakeAnswer{.json = later ? QJsonObject{{"series", QJsonObject()}}
                                        : busyCurves(240, level)};
    });
}

}  // namespace

QJsonObject busyStatus() {
    return {
        {"status", "ready"},
        {"name", "hearth-01"},
        {"version", "0.3.0"},
        {"pid", 4711},
        {"started_at", now() - 273'000},
        {"uptime_s", 273'000},
        {"jobs_running", 1},
        {"memory",
         QJsonObject{{"rss_bytes", 9.4e9}, {"available_bytes", 37.2e9}, {"total_bytes", 67.4e9}}},
        {"disk", QJsonObject{{"free_bytes", 212e9}, {"total_bytes", 983e9}}},
        {"processor", QJsonObject{{"name", "AMD EPYC 9354P 32-Core Processor"}, {"cores", 32}}},
        {"kv_cache", QJsonObject{{"bytes_total", 2.1e9},
                                 {"bytes_used", 31'104'000},
                                 {"bytes_used_as_mha", 276'480'000}}},
        {"models", QJsonArray{load("hearth-demo", 3, 0), load("hearth-demo-support", 1, 2)}}};
}

QJsonObject busyJob(const QString& id, const QString& status, const QString& tunedModel) {
    const bool ended = status == "succeeded" || status == "failed";
    return {{"id", id},
            {"status", status},
            {"model", "hearth-demo"},
            {"fine_tuned_model", tunedModel.isEmpty() ? QJsonValue() : QJsonValue(tunedModel)},
            {"training_file", "file-train"},
            {"validation_file", "file-valid"},
            {"created_at", now() - 1500},
            {"started_at", status == "queued" ? QJsonValue() : QJsonValue(now() - 1400)},
            {"finished_at", ended ? QJsonValue(now() - 200) : QJsonValue()},
            {"trained_tokens", 483'200},
            {"seed", 42},
            {"hearth", QJsonObject{{"epochs", 3},
                                   {"learning_rate", 0.001},
                                   {"batch_tokens", 1024},
                                   {"lora", QJsonObject{{"r", 16}, {"alpha", 32}}}}},
            {"evaluations", status == "succeeded" ? QJsonArray{QJsonObject{
                                                        {"name", "support questions"},
                                                        {"n", 120},
                                                        {"before", QJsonObject{{"accuracy", 0.41}}},
                                                        {"after", QJsonObject{{"accuracy", 0.78}}}}}
                                                  : QJsonArray()}};
}

/// Of two layers with experts: the second one's busiest expert takes ever more.
QJsonObject expertSeries(const QJsonArray& at) {
    QJsonObject series;
    for (int layer = 1; layer <= 2; ++layer) {
        QJsonArray load, entropy, dead, drift;
        for (int i = 0; i < at.size(); ++i) {
            const double share = double(i) / double(at.size());
            load.append(1.3 + (layer - 1) * 0.9 * share + 0.05 * noise(i));
            entropy.append(0.97 - (layer - 1) * 0.1 * share + 0.004 * noise(i));
            dead.append(layer == 2 && share > 0.8 ? 1 : 0);
            drift.append(layer * 0.11 * share);
        }
        const QString prefix = QStringLiteral("experts/%1/").arg(layer);
        series[prefix + "load"] = QJsonObject{{"steps", at}, {"values", load}};
        series[prefix + "entropy"] = QJsonObject{{"steps", at}, {"values", entropy}};
        series[prefix + "dead"] = QJsonObject{{"steps", at}, {"values", dead}};
        series[prefix + "drift"] = QJsonObject{{"steps", at}, {"values", drift}};
    }
    return series;
}

QJsonObject busyCurves(int steps, double level) {
    QJsonArray at, loss, rate, validAt, valid;
    for (int step = 1; step <= steps; ++step) {
        at.append(step);
        loss.append(level * (1.2 + 2.6 * std::exp(-step / 60.0)) + 0.3 * noise(step));
        rate.append(step < 30 ? 0.001 * step / 30
                              : 0.0005 * (1 + std::cos(M_PI * (step - 30) / 370)));
        if (step % 40 == 0) {
            validAt.append(step);
            valid.append(level * (1.35 + 2.5 * std::exp(-step / 65.0)));
        }
    }
    QJsonObject series = expertSeries(at);
    series["train_loss"] = QJsonObject{{"steps", at}, {"values", loss}};
    series["learning_rate"] = QJsonObject{{"steps", at}, {"values", rate}};
    series["valid_loss/support"] = QJsonObject{{"steps", validAt}, {"values", valid}};
    return {{"series", series}};
}

void makeBusy(FakeNode& node) {
    node.answer("GET", "/api/v1/node/status", busyStatus());
    node.handle("GET", "/api/v1/node/metrics", metricsOf);
    node.handle("GET", "/api/v1/node/usage", [](const FakeRequest& request) {
        const bool today = request.queryValue("to").toLongLong() > now() - 3600;
        return FakeAnswer{.json = {{"requests", today ? 12'345 : 11'020},
                                   {"prompt_tokens", 9'000'000},
                                   {"completion_tokens", 3'100'000}}};
    });
    node.answer("GET", "/api/v1/node/alarms", listOf(alarms()));
    node.answer("GET", "/api/v1/models",
                listOf({model("hearth-demo", "base"),
                        model("hearth-demo-support", "adapter", "hearth-demo")}));
    node.answer("GET", "/v1/files",
                listOf({file("file-train", "support-tickets.jsonl", "fine-tune", 1200),
                        file("file-valid", "support-held-out.jsonl", "fine-tune", 120),
                        file("file-eval", "support questions.jsonl", "evals", 120)}));
    node.answer("GET", "/v1/fine_tuning/jobs", listOf(jobs()));
    for (const QJsonValue& job : jobs())
        answerRun(node, job.toObject());
}

}  // namespace hearth::ui
