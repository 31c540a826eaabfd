#include "app/services/datasets/lineage_service.h"

#include "app/services/accounts/scope_of.h"
#include "core/strings.h"

namespace hearth::app {

/// Uploads that were trained on directly are indexed when somebody first asks.
core::Status LineageService::indexTrainedFiles(const storage::Scope& scope) {
    for (const std::string& id : m_jobs.filesOfJobs(scope)) {
        const auto file = m_files.find(scope, id);
        if (file && file->purpose == "fine-tune")
            CORE_TRY(m_index.ensure(*file));
    }
    return {};
}

RowLineage::Holder LineageService::holderOf(const storage::Scope& scope,
                                            const storage::RowHashesRow& index) {
    RowLineage::Holder holder{.fileId = index.fileId, .filename = index.filename};
    holder.deleted = !m_files.find(scope, index.fileId);
    if (const auto version = m_datasets.versionOfFile(scope, index.fileId)) {
        const auto dataset =
            m_datasets.find(scope, version->owner.departmentId, version->datasetId);
        holder.dataset = dataset ? dataset->name : "";
        holder.version = version->number;
    }
    return holder;
}

core::Result<RowLineage> LineageService::of(const Principal& principal,
                                            const std::string& rowHash) {
    if (!core::isHexDigest(rowHash))
        return core::Error{core::ErrorCode::InvalidArgument,
                           "a row's hash has 64 hexadecimal digits in lower case", "row_hash"};
    const auto scope = scopeOf(principal);
    CORE_TRY(indexTrainedFiles(scope));
    RowLineage lineage;
    for (const auto& index : m_datasets.allRowHashes(scope)) {
        CORE_ASSIGN(const bool holds, m_index.holds(index, rowHash));
        if (!holds)
            continue;
        lineage.holders.push_back(holderOf(scope, index));
        for (auto& job : m_jobs.usingFile(scope, index.fileId)) {
            const bool served =
                job.fineTunedModel && m_models.find(scope, *job.fineTunedModel).ok();
            const bool validation = job.trainingFile != index.fileId;
            lineage.uses.push_back({std::move(job), index.fileId, validation, served});
        }
    }
    return lineage;
}

}  // namespace hearth::app
