// Who has seen a row: the versions and files that hold it, the jobs that trained on them, and the
// adapters that came of those.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/api/principal.h"
#include "app/services/datasets/row_hash_index.h"
#include "core/result.h"
#include "storage/model_repository.h"

namespace hearth::app {

struct RowLineage {
    struct Holder {
        std::string fileId;
        std::string filename;
        bool deleted = false;
        // Of a version of a data set.
        std::string dataset;
        int64_t version = 0;
    };
    struct Use {
        storage::JobRow job;
        std::string fileId;
        bool validation = false;  // seen to measure the loss, not to learn from
        bool served = false;      // its adapter is there still
    };
    std::vector<Holder> holders;
    std::vector<Use> uses;
};

/// Threading: every method may be called from any thread.
class LineageService {
public:
    LineageService(storage::Connection& control, storage::BlobStore& blobs)
        : m_datasets(control),
          m_files(control),
          m_jobs(control),
          m_models(control),
          m_index(control, blobs) {}

    /// Within what the principal may see. Errors: InvalidArgument: no row hash.
    core::Result<RowLineage> of(const Principal& principal, const std::string& rowHash);

private:
    core::Status indexTrainedFiles(const storage::Scope& scope);
    RowLineage::Holder holderOf(const storage::Scope& scope, const storage::RowHashesRow& index);

    storage::DatasetRepository m_datasets;
    storage::FileRepository m_files;
    storage::JobRepository m_jobs;
    storage::ModelRepository m_models;
    RowHashIndex m_index;
};

}  // namespace hearth::app
