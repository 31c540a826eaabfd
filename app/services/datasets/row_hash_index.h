// Which rows a training file has, by hash: sealed beside the file, and kept after it when a job has
// trained on it.
#pragma once
#include <string>
#include <vector>

#include "storage/blobs/blob_store.h"
#include "storage/dataset_repository.h"
#include "storage/file_repository.h"
#include "storage/job_repository.h"

namespace hearth::app {

/// 32 bytes a row, in the order of the rows.
std::vector<std::byte> packRowHashes(const std::vector<std::string>& rowHashes);
/// rowHash: 64 hexadecimal digits.
bool holdsRow(std::span<const std::byte> packed, const std::string& rowHash);
/// Of a training file's text, of every row that can be read.
std::vector<std::string> rowHashesOf(std::string_view content);

/// Threading: every method may be called from any thread.
class RowHashIndex {
public:
    RowHashIndex(storage::Connection& control, storage::BlobStore& blobs)
        : m_datasets(control), m_jobs(control), m_blobs(blobs) {}

    /// Makes the file's index when there is none.
    core::Status ensure(const storage::StoredFile& file);
    /// Before a file goes: makes its index when a job has used it.
    core::Status keepForJobs(const storage::StoredFile& file);
    /// After it went: drops the index when no job has used it.
    core::Status dropUnlessUsed(const storage::StoredFile& file);
    core::Result<bool> holds(const storage::RowHashesRow& index, const std::string& rowHash);

private:
    storage::DatasetRepository m_datasets;
    storage::JobRepository m_jobs;
    storage::BlobStore& m_blobs;
};

}  // namespace hearth::app
