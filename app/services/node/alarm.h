// What is wrong with a node, or will be: rules over numbers.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/services/machine/machine.h"

namespace hearth::app {

enum class AlarmSeverity { Bad, Attention, Information };  // worst first
const char* alarmSeverityName(AlarmSeverity severity);     // as the API says it

struct Alarm {
    std::string code;  // stable: programs and translations go by it
    AlarmSeverity severity = AlarmSeverity::Attention;
    std::string message;                               // what happened, and why
    std::string action;                                // what to do about it
    int64_t since = 0;                                 // Unix seconds; 0: not known from the facts
    std::string subjectKind;                           // "node", "model", "job", "key"
    std::string subjectId;                             // empty for the node
    nlohmann::json values = nlohmann::json::object();  // the numbers and names of the message

    /// The same as long as the alarm lasts.
    std::string id() const;
};

/// What the rules look at.
struct AlarmFacts {
    struct NotServed {
        std::string model;
        std::string reason;
        int64_t since = 0;
    };
    struct FailedJob {
        std::string id;
        std::string model;
        std::string reason;
        int64_t finishedAt = 0;
    };
    struct JobWarning {
        std::string id;
        std::string model;
        std::string message;
        int64_t at = 0;
    };
    struct ExpiringKey {
        std::string id;
        std::string name;
        int64_t expiresAt = 0;
    };
    struct Queue {
        std::string model;
        int64_t waiting = 0;
    };

    int64_t now = 0;  // Unix seconds
    MemoryFacts memory;
    DiskFacts disk;
    std::optional<int64_t> certificateExpires;
    int64_t maxWaiting = 0;  // requests that a model's queue takes
    bool starting = false;   // models are still being loaded
    int64_t modelsLoaded = 0;
    int64_t modelsKnown = 0;
    std::vector<NotServed> notServed;
    std::vector<FailedJob> failedJobs;    // of any age
    std::vector<JobWarning> jobWarnings;  // the newest of a job, of any age
    std::vector<ExpiringKey> keys;        // of any expiry
    std::vector<Queue> queues;
};

/// Worst first.
std::vector<Alarm> alarmsOf(const AlarmFacts& facts);

}  // namespace hearth::app
