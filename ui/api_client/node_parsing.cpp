#include "ui/api_client/node_parsing.h"

#include <algorithm>

#include "ui/api_client/json_fields.h"

namespace hearth::ui {
namespace {

ModelLoad modelLoadFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .architecture = textIn(json, "architecture"),
            .backend = textIn(json, "backend"),
            .weightBytes = wholeIn(json, "weight_bytes"),
            .running = static_cast<int>(wholeIn(json, "running")),
            .waiting = static_cast<int>(wholeIn(json, "waiting")),
            .promptTokens = wholeIn(json, "prompt_tokens"),
            .generatedTokens = wholeIn(json, "generated_tokens"),
            .kvBytesTotal = wholeIn(json, "kv_bytes_total"),
            .kvBytesUsed = wholeIn(json, "kv_bytes_used"),
            .kvBytesUsedAsMha = wholeIn(json, "kv_bytes_used_as_mha"),
            .kvBytesPerToken = wholeIn(json, "kv_bytes_per_token"),
            .kvBytesPerTokenAsMha = wholeIn(json, "kv_bytes_per_token_as_mha")};
}

core::PermissionSet permissionsFrom(const QJsonObject& json) {
    core::PermissionSet set;
    for (const QString& name : textsIn(json, "permissions"))
        // A name that this console does not know opens nothing here.
        if (const auto permission = core::permissionFromName(name.toStdString()))
            set.add(*permission);
    return set;
}

/// The time's length for each column, so that a chart may index all of them.
void evenOut(NodeMetrics& metrics) {
    for (QVector<double>* column :
         {&metrics.promptTokensPerSecond, &metrics.generatedTokensPerSecond,
          &metrics.requestsPerSecond, &metrics.running, &metrics.waiting, &metrics.kvBytesUsed,
          &metrics.rssBytes, &metrics.cpuShare, &metrics.firstTokenMs}) {
        const qsizetype have = column->size();
        column->resize(metrics.time.size());
        if (have < column->size())
            std::fill(column->begin() + have, column->end(), qQNaN());
    }
}

}  // namespace

SignIn signInFrom(const QJsonObject& json) {
    return {.token = textIn(json, "token"),
            .expiresAt = wholeIn(json, "expires_at"),
            .user = textIn(objectIn(json, "user"), "name")};
}

Me meFrom(const QJsonObject& json) {
    return {.kind = textIn(json, "kind"),
            .name = textIn(json, "name"),
            .department = textIn(json, "department"),
            .role = textIn(json, "role"),
            .permissions = permissionsFrom(json),
            .expiresAt = maybeWholeIn(json, "expires_at")};
}

NodeStatus nodeStatusFrom(const QJsonObject& json) {
    const QJsonObject memory = objectIn(json, "memory");
    const QJsonObject disk = objectIn(json, "disk");
    const QJsonObject processor = objectIn(json, "processor");
    const QJsonObject certificate = objectIn(json, "certificate");
    const QJsonObject cache = objectIn(json, "kv_cache");
    NodeStatus status{.status = textIn(json, "status"),
                      .name = textIn(json, "name"),
                      .version = textIn(json, "version"),
                      .dataDirectory = textIn(json, "data_directory"),
                      .pid = wholeIn(json, "pid"),
                      .startedAt = wholeIn(json, "started_at"),
                      .uptimeSeconds = wholeIn(json, "uptime_s"),
                      .port = static_cast<int>(wholeIn(json, "port")),
                      .jobsRunning = static_cast<int>(wholeIn(json, "jobs_running")),
                      .rssBytes = wholeIn(memory, "rss_bytes"),
                      .memoryAvailable = wholeIn(memory, "available_bytes"),
                      .memoryTotal = wholeIn(memory, "total_bytes"),
                      .diskFree = wholeIn(disk, "free_bytes"),
                      .diskTotal = wholeIn(disk, "total_bytes"),
                      .processor = textIn(processor, "name"),
                      .cores = static_cast<int>(wholeIn(processor, "cores")),
                      .certificateSha256 = textIn(certificate, "sha256"),
                      .certificateExpiresAt = wholeIn(certificate, "expires_at"),
                      .kvBytesTotal = wholeIn(cache, "bytes_total"),
                      .kvBytesUsed = wholeIn(cache, "bytes_used"),
                      .kvBytesUsedAsMha = wholeIn(cache, "bytes_used_as_mha")};
    for (const QJsonObject& model : objectsIn(json, "models"))
        status.models.append(modelLoadFrom(model));
    return status;
}

NodeMetrics nodeMetricsFrom(const QJsonObject& json) {
    NodeMetrics metrics{
        .intervalSeconds = static_cast<int>(maybeWholeIn(json, "interval_s").value_or(10)),
        .time = columnIn(json, "time"),
        .promptTokensPerSecond = columnIn(json, "prompt_tokens_per_s"),
        .generatedTokensPerSecond = columnIn(json, "generated_tokens_per_s"),
        .requestsPerSecond = columnIn(json, "requests_per_s"),
        .running = columnIn(json, "running"),
        .waiting = columnIn(json, "waiting"),
        .kvBytesUsed = columnIn(json, "kv_bytes_used"),
        .rssBytes = columnIn(json, "rss_bytes"),
        .cpuShare = columnIn(json, "cpu_share"),
        .firstTokenMs = columnIn(json, "first_token_ms")};
    evenOut(metrics);
    return metrics;
}

Usage usageFrom(const QJsonObject& json) {
    Usage usage{.requests = wholeIn(json, "requests"),
                .promptTokens = wholeIn(json, "prompt_tokens"),
                .completionTokens = wholeIn(json, "completion_tokens")};
    for (const QJsonObject& model : objectsIn(json, "models"))
        usage.models.append({.model = textIn(model, "model"),
                             .requests = wholeIn(model, "requests"),
                             .promptTokens = wholeIn(model, "prompt_tokens"),
                             .completionTokens = wholeIn(model, "completion_tokens")});
    return usage;
}

Alarm alarmFrom(const QJsonObject& json) {
    const QJsonObject subject = objectIn(json, "subject");
    return {.id = textIn(json, "id"),
            .code = textIn(json, "code"),
            .severity = textIn(json, "severity"),
            .message = textIn(json, "message"),
            .action = textIn(json, "action"),
            .since = wholeIn(json, "since"),
            .subjectKind = textIn(subject, "kind"),
            .subjectId = textIn(subject, "id"),
            .values = objectIn(json, "values")};
}

ApiKey apiKeyFrom(const QJsonObject& json) {
    return {.id = textIn(json, "id"),
            .name = textIn(json, "name"),
            .prefix = textIn(json, "prefix"),
            .permissions = textsIn(json, "permissions"),
            .createdAt = wholeIn(json, "created_at"),
            .expiresAt = maybeWholeIn(json, "expires_at"),
            .lastUsedAt = maybeWholeIn(json, "last_used_at"),
            .revoked = flagIn(json, "revoked")};
}

NewApiKey newApiKeyFrom(const QJsonObject& json) {
    return {.key = apiKeyFrom(json), .secret = textIn(json, "key")};
}

}  // namespace hearth::ui
