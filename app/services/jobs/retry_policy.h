// Which failures of a job are tried again, how often and how soon.
#pragma once
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "finetune/jobs/job_event.h"

namespace hearth::app {

enum class ErrorClass {
    WorkerLost,   // killed, or died without a word
    OutOfMemory,  // it said so, or the kernel took it
    DiskFull,
    Unavailable,  // something that it needs is busy or starting
    Data,         // files, settings, the model: another try would fail the same way
    Internal,     // a bug: the same
};
const char* errorClassName(ErrorClass errorClass);  // as the API says it

/// The class of an error code's name, as a worker's failed event or an Error has it.
ErrorClass errorClassOf(std::string_view codeName);

/// How a worker's process ended.
struct WorkerEnd {
    std::string words;         // "signal 9", "exit status 1"
    bool memoryKills = false;  // the kernel killed some process for memory meanwhile
};

struct ClassedFailure {
    ErrorClass errorClass = ErrorClass::Internal;
    std::string code;  // of the job's error
    std::string message;
};

/// Why a worker ended without a result; `failed` is what it said of it itself.
ClassedFailure failureOf(const WorkerEnd& end, const std::optional<finetune::FailedEvent>& failed);

/// How often each class is tried again; a class that is not in it has its default: worker_lost 3,
/// out_of_memory 2, disk_full 5, unavailable 5, internal 0. Data is never tried again.
class RetryPolicy {
public:
    /// An object such as {"worker_lost": 5}; null for the defaults.
    /// Errors: InvalidArgument for an unknown class or a count that is not 0 to 20.
    static core::Result<RetryPolicy> parse(const nlohmann::json* object);
    nlohmann::json toJson() const;  // what differs from the defaults

    /// Seconds until the next try after `tries` tries of that class; empty: no more.
    std::optional<int64_t> delayAfter(ErrorClass errorClass, int64_t tries) const;

private:
    std::map<ErrorClass, int64_t> m_limits;
};

/// How often a job was tried again, by class; stored as JSON in its row.
class RetryCounts {
public:
    static RetryCounts parse(const std::string& json);
    std::string toJson() const;
    int64_t of(ErrorClass errorClass) const;
    void add(ErrorClass errorClass) { ++m_counts[errorClass]; }

private:
    std::map<ErrorClass, int64_t> m_counts;
};

}  // namespace hearth::app
