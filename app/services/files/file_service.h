// Uploaded files: checked, encrypted, listed.
#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/api/principal.h"
#include "app/services/datasets/row_hash_index.h"
#include "app/services/files/upload_check.h"
#include "core/clock.h"
#include "core/result.h"
#include "storage/blobs/blob_store.h"
#include "storage/file_repository.h"

namespace hearth::app {

/// Which lines of a file to show.
struct RowQuery {
    int64_t offset = 0;  // among the lines that match
    int64_t limit = 100;
    std::string search;  // a part of any of the line's texts, in whatever case; empty: every line
};

struct FileRows {
    bool mapped = false;  // rows of training data, else parsed lines
    int64_t total = 0;
    int64_t matched = 0;  // of these, how many match
    std::vector<MappedRow> rows;
};

struct AddedFile {
    storage::StoredFile file;
    std::vector<MappedRow> preview;
};

/// Threading: every method may be called from any thread.
class FileService {
public:
    FileService(storage::Connection& control, storage::BlobStore& blobs, const core::Clock& clock)
        : m_files(control), m_blobs(blobs), m_index(control, blobs), m_clock(clock) {}

    /// Checks every line before anything is stored. Errors: those of checkUpload;
    /// DiskFull, and nothing is left behind.
    core::Result<AddedFile> add(const Principal& owner, const std::string& filename,
                                const std::string& purpose, std::string_view content);
    core::Result<storage::StoredFile> find(const Principal& principal, const std::string& id);
    storage::Listed<storage::StoredFile> list(const Principal& principal, const storage::Page& page,
                                              const std::string& purpose);
    /// The decrypted content.
    core::Result<std::vector<std::byte>> content(const Principal& principal, const std::string& id);
    /// Training data as mapped; lines of other files, parsed. Errors: NotFound.
    core::Result<FileRows> rows(const Principal& principal, const std::string& id,
                                const RowQuery& query);
    /// What was trained on it stays known. Errors: NotFound; Conflict for a version of a data set.
    core::Status remove(const Principal& principal, const std::string& id);

private:
    storage::FileRepository m_files;
    storage::BlobStore& m_blobs;
    RowHashIndex m_index;
    const core::Clock& m_clock;
};

}  // namespace hearth::app
