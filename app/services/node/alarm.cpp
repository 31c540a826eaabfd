#include "app/services/node/alarm.h"

#include <algorithm>

namespace hearth::app {
namespace {

using Alarms = std::vector<Alarm>;

constexpr int64_t kGigabyte = 1'000'000'000;
constexpr int64_t kDaySeconds = 86'400;
constexpr int64_t kJobSeconds = kDaySeconds;      // how long a failed job is news
constexpr int64_t kKeySeconds = 7 * kDaySeconds;  // before its end
constexpr int64_t kCertificateSeconds = 30 * kDaySeconds;
constexpr int64_t kCertificateBadSeconds = 7 * kDaySeconds;
constexpr double kMemoryShare = 0.08;
constexpr double kQueueShare = 0.9;

double share(int64_t part, int64_t whole) {
    return whole > 0 ? double(part) / double(whole) : 1.0;
}

std::string percent(double share) {
    return std::to_string(int64_t(share * 100)) + " %";
}

std::string gigabytes(int64_t bytes) {
    const int64_t tenths = bytes / (kGigabyte / 10);
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GB";
}

/// Started days count as whole ones.
int64_t days(int64_t seconds) {
    return (std::max<int64_t>(0, seconds) + kDaySeconds - 1) / kDaySeconds;
}

std::string inDays(int64_t seconds) {
    return days(seconds) == 1 ? "within a day" : "in " + std::to_string(days(seconds)) + " days";
}

void addDisk(const AlarmFacts& facts, Alarms& alarms) {
    const DiskFacts& disk = facts.disk;
    const double free = share(disk.freeBytes, disk.totalBytes);
    if (disk.totalBytes == 0 || (free >= 0.10 && disk.freeBytes >= 5 * kGigabyte))
        return;
    const bool bad = free < 0.02 || disk.freeBytes < kGigabyte;
    alarms.push_back(
        {.code = "disk_low",
         .severity = bad ? AlarmSeverity::Bad : AlarmSeverity::Attention,
         .message = "The disk of the data directory has " + gigabytes(disk.freeBytes) + " left (" +
                    percent(free) + ").",
         .action =
             "Delete models, data sets or other files that are not needed, or give the node a "
             "larger disk.",
         .subjectKind = "node",
         .values = {{"free_bytes", disk.freeBytes}, {"total_bytes", disk.totalBytes}}});
}

void addMemory(const AlarmFacts& facts, Alarms& alarms) {
    const MemoryFacts& memory = facts.memory;
    const double available = share(memory.availableBytes, memory.totalBytes);
    if (available >= kMemoryShare)
        return;
    alarms.push_back(
        {.code = "memory_low",
         .severity = AlarmSeverity::Attention,
         .message = "The machine has " + gigabytes(memory.availableBytes) + " of memory left (" +
                    percent(available) + ").",
         .action = "Unload a model, lower kv_cache_mb, or end other programs on this machine.",
         .subjectKind = "node",
         .values = {{"available_bytes", memory.availableBytes},
                    {"total_bytes", memory.totalBytes},
                    {"rss_bytes", memory.rssBytes}}});
}

void addCertificate(const AlarmFacts& facts, Alarms& alarms) {
    if (!facts.certificateExpires)
        return;
    const int64_t left = *facts.certificateExpires - facts.now;
    if (left >= kCertificateSeconds)
        return;
    alarms.push_back(
        {.code = "certificate_expires",
         .severity = left < kCertificateBadSeconds ? AlarmSeverity::Bad : AlarmSeverity::Attention,
         .message = left > 0 ? "The node's TLS certificate expires " + inDays(left) + "."
                             : "The node's TLS certificate has expired; clients refuse it.",
         .action = "Put a new certificate and its key in place and restart the node.",
         .since = *facts.certificateExpires - kCertificateSeconds,
         .subjectKind = "node",
         .values = {{"expires_at", *facts.certificateExpires}, {"days", days(left)}}});
}

void addModels(const AlarmFacts& facts, Alarms& alarms) {
    for (const auto& model : facts.notServed)
        alarms.push_back(
            {.code = "model_not_served",
             .severity = AlarmSeverity::Bad,
             .message = "The model " + model.model + " could not be loaded: " + model.reason,
             .action =
                 "Remove the cause and load the model again, or unload it if it is not needed.",
             .since = model.since,
             .subjectKind = "model",
             .subjectId = model.model,
             .values = {{"model", model.model}, {"reason", model.reason}}});
    if (facts.modelsLoaded == 0 && !facts.starting)
        alarms.push_back({.code = "no_model",
                          .severity = facts.modelsKnown == 0 ? AlarmSeverity::Information
                                                             : AlarmSeverity::Attention,
                          .message = facts.modelsKnown == 0
                                         ? "The node has no model yet."
                                         : "No model is loaded, so the node cannot answer.",
                          .action = facts.modelsKnown == 0 ? "Import a model." : "Load a model.",
                          .subjectKind = "node",
                          .values = {{"models", facts.modelsKnown}}});
}

void addQueues(const AlarmFacts& facts, Alarms& alarms) {
    for (const auto& queue : facts.queues) {
        if (facts.maxWaiting <= 0 || double(queue.waiting) < kQueueShare * double(facts.maxWaiting))
            continue;
        alarms.push_back(
            {.code = "queue_full",
             .severity =
                 queue.waiting >= facts.maxWaiting ? AlarmSeverity::Bad : AlarmSeverity::Attention,
             .message = std::to_string(queue.waiting) + " of at most " +
                        std::to_string(facts.maxWaiting) + " requests wait for the model " +
                        queue.model + "; further ones are refused.",
             .action = "Spread the load over time, lower max_tokens of requests, or use a faster "
                       "machine.",
             .subjectKind = "model",
             .subjectId = queue.model,
             .values = {{"model", queue.model},
                        {"waiting", queue.waiting},
                        {"max_waiting", facts.maxWaiting}}});
    }
}

void addJobs(const AlarmFacts& facts, Alarms& alarms) {
    for (const auto& job : facts.failedJobs) {
        if (facts.now - job.finishedAt > kJobSeconds)
            continue;
        alarms.push_back({.code = "job_failed",
                          .severity = AlarmSeverity::Attention,
                          .message = "The fine-tuning job " + job.id + " on " + job.model +
                                     " failed: " + job.reason,
                          .action = "Look at the job's events, correct its settings or data, and "
                                    "start it again.",
                          .since = job.finishedAt,
                          .subjectKind = "job",
                          .subjectId = job.id,
                          .values = {{"model", job.model}, {"reason", job.reason}}});
    }
}

/// What a run does to the experts, among others.
void addJobWarnings(const AlarmFacts& facts, Alarms& alarms) {
    for (const auto& warning : facts.jobWarnings) {
        if (facts.now - warning.at > kJobSeconds)
            continue;
        alarms.push_back({.code = "job_warns",
                          .severity = AlarmSeverity::Attention,
                          .message = "The fine-tuning job " + warning.id + " on " + warning.model +
                                     " warns: " + warning.message,
                          .action = "Look at the job's events and curves before its model is used.",
                          .since = warning.at,
                          .subjectKind = "job",
                          .subjectId = warning.id,
                          .values = {{"model", warning.model}, {"reason", warning.message}}});
    }
}

void addKeys(const AlarmFacts& facts, Alarms& alarms) {
    for (const auto& key : facts.keys) {
        const int64_t left = key.expiresAt - facts.now;
        if (left <= 0 || left > kKeySeconds)
            continue;
        alarms.push_back(
            {.code = "key_expires",
             .severity = AlarmSeverity::Attention,
             .message = "The API key " + key.name + " expires " + inDays(left) + ".",
             .action = "Make a new key and give it to whoever uses this one.",
             .since = key.expiresAt - kKeySeconds,
             .subjectKind = "key",
             .subjectId = key.id,
             .values = {{"name", key.name}, {"expires_at", key.expiresAt}, {"days", days(left)}}});
    }
}

}  // namespace

const char* alarmSeverityName(AlarmSeverity severity) {
    switch (severity) {
        case AlarmSeverity::Bad:
            return "bad";
        case AlarmSeverity::Attention:
            return "attention";
        case AlarmSeverity::Information:
            break;
    }
    return "information";
}

std::string Alarm::id() const {
    return subjectId.empty() ? code : code + ":" + subjectId;
}

std::vector<Alarm> alarmsOf(const AlarmFacts& facts) {
    Alarms alarms;
    addDisk(facts, alarms);
    addMemory(facts, alarms);
    addModels(facts, alarms);
    addCertificate(facts, alarms);
    addQueues(facts, alarms);
    addJobs(facts, alarms);
    addJobWarnings(facts, alarms);
    addKeys(facts, alarms);
    std::stable_sort(alarms.begin(), alarms.end(),
                     [](const Alarm& a, const Alarm& b) { return a.severity < b.severity; });
    return alarms;
}

}  // namespace hearth::app
