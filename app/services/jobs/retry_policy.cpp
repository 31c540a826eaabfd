#include "app/services/jobs/retry_policy.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"

namespace hearth::app {
namespace {

using nlohmann::json;

constexpr int64_t kMaxTries = 20;
constexpr int64_t kMaxDelay = 3600;

/// The n-th try waits firstDelay * factor^(n-1), at most an hour. A lost worker was most likely
/// killed by somebody and may go on at once; memory and disks need somebody to make room.
struct Rule {
    ErrorClass errorClass;
    const char* name;
    int64_t limit;
    int64_t firstDelay;
    int64_t factor;
};

constexpr Rule kRules[] = {
    {ErrorClass::WorkerLost, "worker_lost", 3, 1, 10},
    {ErrorClass::OutOfMemory, "out_of_memory", 2, 60, 5},
    {ErrorClass::DiskFull, "disk_full", 5, 60, 3},
    {ErrorClass::Unavailable, "unavailable", 5, 10, 3},
    {ErrorClass::Data, "data", 0, 0, 1},
    {ErrorClass::Internal, "internal", 0, 60, 5},
};

const Rule& ruleOf(ErrorClass errorClass) {
    return *std::find_if(std::begin(kRules), std::end(kRules),
                         [&](const Rule& rule) { return rule.errorClass == errorClass; });
}

const Rule* ruleNamed(const std::string& name) {
    const auto rule = std::find_if(std::begin(kRules), std::end(kRules),
                                   [&](const Rule& r) { return name == r.name; });
    return rule == std::end(kRules) ? nullptr : rule;
}

}  // namespace

const char* errorClassName(ErrorClass errorClass) {
    return ruleOf(errorClass).name;
}

ErrorClass errorClassOf(std::string_view codeName) {
    using core::ErrorCode;
    const auto is = [&](ErrorCode code) { return codeName == core::errorCodeName(code); };
    if (is(ErrorCode::ResourceExhausted))
        return ErrorClass::OutOfMemory;
    if (is(ErrorCode::DiskFull))
        return ErrorClass::DiskFull;
    if (is(ErrorCode::Unavailable) || is(ErrorCode::DeadlineExceeded))
        return ErrorClass::Unavailable;
    return is(ErrorCode::Internal) ? ErrorClass::Internal : ErrorClass::Data;
}

ClassedFailure failureOf(const WorkerEnd& end, const std::optional<finetune::FailedEvent>& failed) {
    if (failed)
        return {errorClassOf(failed->code), failed->code, failed->message};
    if (end.memoryKills && end.words == "signal 9")
        return {ErrorClass::OutOfMemory, "out_of_memory",
                "the machine had no memory left for the worker"};
    return {ErrorClass::WorkerLost, "worker_lost", "the worker was lost (" + end.words + ")"};
}

core::Result<RetryPolicy> RetryPolicy::parse(const json* object) {
    RetryPolicy policy;
    if (!object)
        return policy;
    if (!object->is_object())
        return core::Error{core::ErrorCode::InvalidArgument,
                           "retry must be an object, such as {\"worker_lost\": 3}", "retry"};
    for (const auto& [name, value] : object->items()) {
        const Rule* rule = ruleNamed(name);
        if (!rule)
            return core::Error{core::ErrorCode::InvalidArgument,
                               "retry knows no '" + name +
                                   "'; it may name worker_lost, out_of_memory, disk_full, "
                                   "unavailable and internal",
                               "retry"};
        if (rule->errorClass == ErrorClass::Data)
            return core::Error{core::ErrorCode::InvalidArgument,
                               "errors in data are not tried again: the same data would fail again",
                               "retry"};
        CORE_ASSIGN(policy.m_limits[rule->errorClass], core::readInt(*object, name, 0, kMaxTries));
    }
    return policy;
}

json RetryPolicy::toJson() const {
    json object = json::object();
    for (const auto& [errorClass, limit] : m_limits)
        object[errorClassName(errorClass)] = limit;
    return object;
}

std::optional<int64_t> RetryPolicy::delayAfter(ErrorClass errorClass, int64_t tries) const {
    const Rule& rule = ruleOf(errorClass);
    const auto own = m_limits.find(errorClass);
    if (tries >= (own == m_limits.end() ? rule.limit : own->second))
        return {};
    int64_t delay = rule.firstDelay;
    for (int64_t i = 0; i < tries && delay < kMaxDelay; ++i)
        delay *= rule.factor;
    return std::min(delay, kMaxDelay);
}

RetryCounts RetryCounts::parse(const std::string& text) {
    RetryCounts counts;
    const auto object = core::parseJson(text, "the retries of a job");
    if (!object || !object->is_object())
        return counts;
    for (const auto& [name, value] : object->items())
        if (const Rule* rule = ruleNamed(name); rule && value.is_number_integer())
            counts.m_counts[rule->errorClass] = value.get<int64_t>();
    return counts;
}

std::string RetryCounts::toJson() const {
    json object = json::object();
    for (const auto& [errorClass, count] : m_counts)
        object[errorClassName(errorClass)] = count;
    return core::dumpJson(object);
}

int64_t RetryCounts::of(ErrorClass errorClass) const {
    const auto count = m_counts.find(errorClass);
    return count == m_counts.end() ? 0 : count->second;
}

}  // namespace hearth::app
