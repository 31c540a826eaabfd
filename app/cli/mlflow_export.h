// Brings a job's run on an MLflow tracking server up to date.
#pragma once
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/cli/mlflow_run.h"
#include "core/result.h"

namespace hearth::app {

/// MLflow's REST API below "api/2.0/mlflow/".
class MlflowApi {
public:
    virtual ~MlflowApi() = default;
    /// Errors: NotFound only where MLflow says that there is no such thing.
    virtual core::Result<nlohmann::json> get(const std::string& endpoint,
                                             const std::map<std::string, std::string>& query) = 0;
    virtual core::Result<nlohmann::json> post(const std::string& endpoint,
                                              const nlohmann::json& body) = 0;
};

struct MlflowExport {
    std::string experimentId;
    std::string runId;
    const char* outcome = "";  // "created", "updated" or "replaced"
    int64_t sentPoints = 0;    // that the server did not have
};

/// The run is found by its tag. MLflow cannot change a point or a param: a run that has others than
/// the job's is deleted (MLflow keeps it among its deleted ones) and made anew. What else people
/// have written to it stays. Errors: Conflict for a deleted experiment; those of the API.
core::Result<MlflowExport> exportToMlflow(MlflowApi& api, const std::string& experiment,
                                          const MlflowRun& run);

}  // namespace hearth::app
