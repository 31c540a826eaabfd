// Data sets and their versions. A version is training data as mapped, a row a line; it never
// changes, lies encrypted in the blob store as a file of its own, and trains like any other file.
#pragma once
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/api/principal.h"
#include "app/services/datasets/row_hash_index.h"
#include "core/clock.h"
#include "core/result.h"
#include "storage/blobs/blob_store.h"
#include "storage/dataset_repository.h"
#include "storage/file_repository.h"

namespace hearth::app {

/// A version that is asked for: 0 is the newest.
struct VersionRef {
    std::string dataset;  // id or name
    int64_t number = 0;
};

struct MixRequest {
    struct Source {
        VersionRef version;
        double weight = 1.0;
    };
    std::string name;
    std::vector<Source> sources;
    uint64_t seed = 0;
    int64_t rows = 0;  // 0: as many as can be had without taking one twice
};

struct SplitRequest {
    VersionRef version;
    uint64_t seed = 0;
    std::vector<std::pair<std::string, double>> parts;  // name and share
};

struct NamedVersion {
    std::string dataset;  // its name
    storage::DatasetVersionRow row;
};

struct DiffRow {
    int64_t row = 0;  // its number in the version, from 1
    nlohmann::json value;
};
struct VersionDiff {
    int64_t from = 0, to = 0;  // numbers of versions
    int64_t added = 0, removed = 0, changed = 0, unchanged = 0;
    // The first of each kind.
    std::vector<DiffRow> addedRows, removedRows;
    std::vector<std::pair<DiffRow, DiffRow>> changedRows;
};

/// Threading: every method may be called from any thread.
class DatasetService {
public:
    DatasetService(storage::Connection& control, storage::BlobStore& blobs,
                   const core::Clock& clock);

    /// An uploaded file becomes the data set's next version; the data set is made when there is
    /// none of the name. The newest version itself when its content is the same. Errors: NotFound;
    /// InvalidArgument: another purpose, another kind of data than the versions before.
    core::Result<NamedVersion> commit(const Principal& principal, const std::string& name,
                                      const std::string& fileId);
    /// Each part becomes the next version of the data set "<name>.<part>".
    core::Result<std::vector<NamedVersion>> split(const Principal& principal,
                                                  const SplitRequest& request);
    core::Result<NamedVersion> mix(const Principal& principal, const MixRequest& request);
    /// limit: rows of each kind that are shown.
    core::Result<VersionDiff> diff(const Principal& principal, const std::string& dataset,
                                   int64_t from, int64_t to, int64_t limit);

    core::Result<storage::DatasetRow> find(const Principal& principal, const std::string& idOrName);
    core::Result<NamedVersion> version(const Principal& principal, const VersionRef& ref);
    storage::Listed<storage::DatasetRow> list(const Principal& principal,
                                              const storage::Page& page);
    core::Result<storage::Listed<storage::DatasetVersionRow>> versions(const Principal& principal,
                                                                       const std::string& dataset,
                                                                       const storage::Page& page);
    /// With all versions. What was trained on them stays known. Errors: NotFound; Conflict while a
    /// job that has not ended uses one.
    core::Result<storage::DatasetRow> remove(const Principal& principal,
                                             const std::string& dataset);

private:
    struct NewVersion {
        std::string name;
        std::string kind;
        std::vector<std::string> lines;
        nlohmann::json source;
    };
    core::Status checkStorable(const Principal& principal, const NewVersion& made);
    core::Result<NamedVersion> store(const Principal& principal, const NewVersion& made);
    core::Result<NamedVersion> insert(const NewVersion& made, storage::StoredFile& file,
                                      const std::string& hashesBlob);
    core::Result<std::vector<std::string>> linesOf(const storage::DatasetVersionRow& version);

    storage::Connection& m_control;
    storage::DatasetRepository m_datasets;
    storage::FileRepository m_files;
    storage::JobRepository m_jobs;
    storage::BlobStore& m_blobs;
    RowHashIndex m_index;
    const core::Clock& m_clock;
};

}  // namespace hearth::app
