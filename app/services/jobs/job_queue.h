// Who trains next, and when the others will. Rules over numbers: no clock, no database.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/services/jobs/schedule_request.h"
#include "core/calendar/open_hours.h"

namespace hearth::app {

/// When a job may run and how often it is tried again; what a job's row keeps as `calendar`.
struct JobCalendar {
    core::OpenHours hours;
    RetryPolicy retry;

    /// Errors: InvalidArgument, such as a time zone that is no more.
    static core::Result<JobCalendar> parse(const std::string& json);
};

/// About how many tokens a job will train on a file of so many bytes; earlier jobs correct it.
/// updates: steps that are taken on the same batches, each of which counts.
int64_t plannedTokens(const finetune::Hyperparameters& settings, int64_t bytes,
                      int64_t updates = 1);

/// A job that waits or runs.
struct QueueEntry {
    std::string id;
    std::string department;
    int64_t priority = 0;
    int64_t notBefore = 0;  // Unix seconds
    core::OpenHours hours;
    std::optional<double> secondsLeft;  // of training; absent: not known
    std::optional<int64_t> startedAt;   // of one that runs

    /// The first moment from `now` on at which it may run. Empty: not within five years.
    std::optional<int64_t> runnableFrom(int64_t now) const;
};

/// Seconds of training that departments had lately.
using DepartmentUse = std::map<std::string, double>;

/// The index of the job that starts next among those that may run now; `waiting` is oldest first.
/// Urgent ones first; then the department with the least use, of equal ones the one whose job has
/// waited longest; within it the highest priority, then the oldest. So no department can crowd out
/// another, and a priority orders a department's own jobs.
std::optional<size_t> pickNext(const std::vector<QueueEntry>& waiting, const DepartmentUse& use,
                               int64_t now);

struct JobForecast {
    std::optional<int64_t> start;
    std::optional<int64_t> end;
};

/// Plays the queue forward: jobs start by pickNext on `slots` at once, stand still outside of
/// their windows and give their slot away meanwhile. What a job of unknown length holds up is
/// unknown too. By id.
std::map<std::string, JobForecast> forecastQueue(std::vector<QueueEntry> running,
                                                 std::vector<QueueEntry> waiting, DepartmentUse use,
                                                 int64_t slots, int64_t now);

}  // namespace hearth::app
