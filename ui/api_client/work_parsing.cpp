#include "ui/api_client/json_fields.h"
#include "ui/api_client/node_parsing.h"

namespace hearth::ui {
namespace {

std::optional<double> accuracyIn(const QJsonObject& json, const char* key) {
    return maybeNumberIn(objectIn(json, key), "accuracy");
}

QVector<Evaluation> evaluationsFrom(const QJsonObject& json) {
    QVector<Evaluation> evaluations;
    for (const QJsonObject& entry : objectsIn(json, "evaluations"))
        evaluations.append({.name = textIn(entry, "name"),
                            .questions = wholeIn(entry, "n"),
                            .before = accuracyIn(entry, "before"),
                            .after = accuracyIn(entry, "after")});
    return evaluations;
}

std::optional<JobProgress> progressFrom(const QJsonObject& json) {
    if (!json.value("progress").isObject())
        return std::nullopt;
    const QJsonObject progress = objectIn(json, "progress");
    return JobProgress{.step = wholeIn(progress, "step"),
                       .totalSteps = wholeIn(progress, "total_steps"),
                       .tokensPerSecond = numberIn(progress, "tokens_per_s"),
                       .etaSeconds = numberIn(progress, "eta_s")};
}

}  // namespace

Model modelFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .kind = textIn(json, "kind"),
            .base = textIn(json, "base"),
            .job = textIn(json, "job"),
            .department = textIn(json, "department"),
            .createdAt = wholeIn(json, "created_at"),
            .served = flagIn(json, "served"),
            .wanted = flagIn(json, "wanted", true),
            .loadError = textIn(json, "load_error"),
            .bytes = wholeIn(json, "bytes"),
            .architecture = textIn(json, "architecture"),
            .tunable = flagIn(json, "tunable")};
}

ModelDetails modelDetailsFrom(const QJsonObject& json) {
    ModelDetails details{.model = modelFrom(json),
                         .parameters = maybeWholeIn(json, "parameters"),
                         .activeParameters = maybeWholeIn(json, "active_parameters"),
                         .dtype = textIn(json, "dtype"),
                         .precision = textIn(json, "precision"),
                         .divergence = maybeNumberIn(
                             objectIn(objectIn(json, "quantisation"), "divergence"), "kl_mean"),
                         .backend = textIn(json, "backend"),
                         .layers = maybeWholeIn(json, "layers"),
                         .moeLayers = maybeWholeIn(json, "moe_layers"),
                         .hiddenSize = maybeWholeIn(json, "hidden_size"),
                         .heads = maybeWholeIn(json, "heads"),
                         .vocabSize = maybeWholeIn(json, "vocab_size"),
                         .contextLength = maybeWholeIn(json, "context_length"),
                         .routedExperts = maybeWholeIn(json, "routed_experts"),
                         .expertsPerToken = maybeWholeIn(json, "experts_per_token"),
                         .kvLoraRank = maybeWholeIn(json, "kv_lora_rank"),
                         .weightBytes = maybeWholeIn(json, "weight_bytes"),
                         .kvBytesPerToken = maybeWholeIn(json, "kv_bytes_per_token"),
                         .kvBytesPerTokenAsMha = maybeWholeIn(json, "kv_bytes_per_token_as_mha"),
                         .rank = maybeWholeIn(json, "rank"),
                         .alpha = maybeNumberIn(json, "alpha"),
                         .targets = textsIn(json, "targets")};
    for (const QJsonObject& file : objectsIn(json, "files"))
        details.files.append({.name = textIn(file, "name"),
                              .bytes = wholeIn(file, "bytes"),
                              .sha256 = textIn(file, "sha256")});
    return details;
}

ModelImport modelImportFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .model = textIn(json, "model"),
            .path = textIn(json, "path"),
            .status = textIn(json, "status"),
            .progress = numberIn(json, "progress"),
            .bytesDone = wholeIn(json, "bytes_done"),
            .bytesTotal = wholeIn(json, "bytes_total"),
            .bytesPerSecond = numberIn(json, "bytes_per_s"),
            .etaSeconds = maybeNumberIn(json, "eta_s"),
            .createdAt = wholeIn(json, "created_at"),
            .finishedAt = maybeWholeIn(json, "finished_at"),
            .error = textIn(objectIn(json, "error"), "message")};
}

DataFile dataFileFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .filename = textIn(json, "filename"),
            .purpose = textIn(json, "purpose"),
            .status = textIn(json, "status"),
            .bytes = wholeIn(json, "bytes"),
            .lines = wholeIn(json, "lines"),
            .createdAt = wholeIn(json, "created_at"),
            .sha256 = textIn(json, "sha256")};
}

DataRows dataRowsFrom(const QJsonObject& json) {
    DataRows rows{.total = wholeIn(json, "total"), .matched = wholeIn(json, "matched")};
    for (const QJsonObject& entry : objectsIn(json, "data"))
        rows.rows.append({.line = wholeIn(entry, "line"), .row = objectIn(entry, "row")});
    return rows;
}

Job jobFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .status = textIn(json, "status"),
            .model = textIn(json, "model"),
            .fineTunedModel = textIn(json, "fine_tuned_model"),
            .method = textIn(objectIn(json, "method"), "type"),
            .trainingFile = textIn(json, "training_file"),
            .validationFile = textIn(json, "validation_file"),
            .createdAt = wholeIn(json, "created_at"),
            .startedAt = maybeWholeIn(json, "started_at"),
            .finishedAt = maybeWholeIn(json, "finished_at"),
            .estimatedFinish = maybeWholeIn(json, "estimated_finish"),
            .runnableFrom = maybeWholeIn(json, "runnable_from"),
            .expectedStart = maybeWholeIn(objectIn(json, "forecast"), "start"),
            .schedule = textIn(json, "schedule_id"),
            .trainedTokens = wholeIn(json, "trained_tokens"),
            .progress = progressFrom(json),
            .error = textIn(objectIn(json, "error"), "message"),
            .evaluations = evaluationsFrom(json),
            .settings = objectIn(json, "hearth"),
            .seed = wholeIn(json, "seed")};
}

JobEvent jobEventFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .createdAt = wholeIn(json, "created_at"),
            .level = textIn(json, "level"),
            .type = textIn(json, "type"),
            .message = textIn(json, "message"),
            .data = objectIn(json, "data")};
}

JobCurves jobCurvesFrom(const QJsonObject& json) {
    JobCurves curves;
    const QJsonObject series = objectIn(json, "series");
    for (auto it = series.begin(); it != series.end(); ++it) {
        const QJsonObject columns = it.value().toObject();
        Curve curve{.steps = columnIn(columns, "steps"),
                    .values = columnIn(columns, "values"),
                    .timesMs = columnIn(columns, "times_ms")};
        const qsizetype length = std::min(curve.steps.size(), curve.values.size());
        curve.steps.resize(length);
        curve.values.resize(length);
        curve.timesMs.resize(std::min(curve.timesMs.size(), length));
        curves.insert(it.key(), curve);
    }
    return curves;
}

Checkpoint checkpointFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .createdAt = wholeIn(json, "created_at"),
            .step = wholeIn(json, "step_number"),
            .metrics = objectIn(json, "metrics")};
}

ChatDelta chatDeltaFrom(const QJsonObject& json) {
    ChatDelta delta;
    if (const auto choices = objectsIn(json, "choices"); !choices.isEmpty()) {
        delta.text = textIn(objectIn(choices.first(), "delta"), "content");
        delta.finishReason = textIn(choices.first(), "finish_reason");
    }
    const QJsonObject usage = objectIn(json, "usage");
    delta.promptTokens = maybeWholeIn(usage, "prompt_tokens");
    delta.completionTokens = maybeWholeIn(usage, "completion_tokens");
    return delta;
}

}  // namespace hearth::ui
