#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "storage/scope.h"

namespace hearth::storage {

class Connection;

enum class FileStatus { Uploaded, Processed, Error };
const char* fileStatusName(FileStatus status);  // as the API says it

/// An uploaded file, as in OpenAI's file object.
struct StoredFile {
    std::string id;
    std::int64_t seq = 0;  // given by create; a later file has a higher one
    Owner owner;
    std::string blobId;
    std::string filename;
    std::int64_t bytes = 0;
    std::string purpose;
    FileStatus status = FileStatus::Uploaded;
    std::optional<std::string> statusDetails;
    std::string sha256;  // of the content, hex
    std::int64_t lineCount = 0;
    std::string container;  // of training data: "csv"; empty for other files
    std::string form;       // of training data: "alpaca"
    std::int64_t createdAt = 0;
};

/// Safe from any thread.
class FileRepository {
public:
    explicit FileRepository(Connection& database) : m_database(database) {}

    core::Status create(const StoredFile& file);
    core::Result<StoredFile> find(const Scope& scope, const std::string& id);
    /// `purpose` empty: all purposes.
    Listed<StoredFile> list(const Scope& scope, const Page& page, const std::string& purpose = "");
    /// The newest one of a name and purpose that may be used. Empty: there is none.
    std::optional<StoredFile> newest(const Scope& scope, const std::string& filename,
                                     const std::string& purpose);
    core::Status setStatus(const Scope& scope, const std::string& id, FileStatus status,
                           const std::optional<std::string>& details = {});
    /// The row only; remove its blob too. Errors: NotFound; Conflict for a version of a data set.
    core::Status remove(const Scope& scope, const std::string& id);

private:
    Connection& m_database;
};

}  // namespace hearth::storage
