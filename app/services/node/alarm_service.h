// Gathers what the alarms of a node go by.
#pragma once
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "app/api/principal.h"
#include "app/services/models/model_library.h"
#include "app/services/node/alarm.h"
#include "app/services/serving/model_service.h"
#include "core/clock.h"
#include "storage/data_directory.h"

namespace hearth::app {

/// Threading: every method may be called from any thread.
class AlarmService {
public:
    AlarmService(storage::DataDirectory& data, ModelService& models, ModelLibrary& library,
                 const core::Clock& clock);

    /// Of this moment, worst first. Jobs and keys are those that the principal may see. An alarm
    /// without a beginning of its own began when somebody first asked and it was there.
    /// starting: the node is still loading its models.
    std::vector<Alarm> current(const Principal& principal, bool starting);

private:
    AlarmFacts facts(const Principal& principal);
    void addModels(AlarmFacts& facts);
    void addJobs(const storage::Scope& scope, AlarmFacts& facts);
    void addKeys(const storage::Scope& scope, AlarmFacts& facts);

    storage::DataDirectory& m_data;
    ModelService& m_models;
    ModelLibrary& m_library;
    const core::Clock& m_clock;
    const std::optional<int64_t> m_certificateExpires;  // of the one that is served

    std::mutex m_mutex;  // guards m_since
    std::map<std::string, int64_t> m_since;
};

}  // namespace hearth::app
