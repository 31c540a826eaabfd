#include "app/services/datasets/dataset_service.h"

#include "app/services/accounts/scope_of.h"
#include "core/crypto/random.h"
#include "core/crypto/sha256.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "core/strings.h"
#include "finetune/data/forms/recognise.h"
#include "finetune/data/row_hash.h"
#include "storage/sqlite/connection.h"

namespace hearth::app {
namespace {

using nlohmann::json;
using storage::DatasetVersionRow;
using storage::Scope;

constexpr size_t kMaxName = 128;

core::Error invalid(const std::string& message, const char* parameter) {
    return {core::ErrorCode::InvalidArgument, message, parameter};
}

core::Error notFound(const std::string& what) {
    return {core::ErrorCode::NotFound, "there is no " + what, "dataset"};
}

/// Fit to be a segment of a path and the part before the '@' of "name@3".
core::Status checkName(const std::string& name) {
    const bool plain = std::none_of(name.begin(), name.end(), [](unsigned char c) {
        return c < 0x20 || c == 0x7F || c == '/' || c == '@' || c == '?' || c == '#';
    });
    if (name.empty() || name.size() > kMaxName || !core::isValidUtf8(name) || !plain)
        return invalid("a data set's name has 1 to 128 bytes of UTF-8 without / @ ? #", "name");
    return {};
}

std::vector<std::string> hashesOf(const std::vector<std::string>& lines) {
    std::vector<std::string> hashes;
    for (const std::string& line : lines)
        hashes.push_back(core::sha256Hex(line));
    return hashes;
}

core::Status checkKind(const std::string& name, const std::string& kind,
                       const std::optional<DatasetVersionRow>& newest) {
    if (!newest || newest->kind == kind)
        return {};
    return invalid("data set '" + name + "' holds data of kind " + newest->kind +
                       ", and this is of kind " + kind,
                   "name");
}

}  // namespace

DatasetService::DatasetService(storage::Connection& control, storage::BlobStore& blobs,
                               const core::Clock& clock)
    : m_control(control),
      m_datasets(control),
      m_files(control),
      m_jobs(control),
      m_blobs(blobs),
      m_index(control, blobs),
      m_clock(clock) {}

core::Result<NamedVersion> DatasetService::commit(const Principal& principal,
                                                  const std::string& name,
                                                  const std::string& fileId) {
    const auto file = m_files.find(scopeOf(principal), fileId);
    if (!file || file->purpose != "fine-tune")
        return invalid("there is no file '" + fileId + "' of purpose fine-tune", "file_id");
    CORE_ASSIGN(const auto content, m_blobs.read(scopeOf(principal), file->blobId));
    CORE_ASSIGN(const auto form, finetune::recogniseForm(core::asText(content)));
    NewVersion made{.name = name,
                    .kind = finetune::dataKindName(form.form->kind),
                    .lines = {},
                    .source = {{"file_id", file->id},
                               {"filename", file->filename},
                               {"container", finetune::containerName(form.container)},
                               {"form", form.form->name}}};
    core::Status status;
    forEachMappedRow(core::asText(content), form, [&](int64_t, const finetune::ReadRow& row) {
        if (row)
            made.lines.push_back(finetune::rowLine(*row));
        else
            status = row.error();
        return status.ok();
    });
    CORE_TRY(status);
    return store(principal, made);
}

core::Result<NamedVersion> DatasetService::store(const Principal& principal,
                                                 const NewVersion& made) {
    CORE_TRY(checkStorable(principal, made));
    std::string content;
    for (const std::string& line : made.lines)
        content += line + "\n";
    const auto form = finetune::recogniseForm(content);
    storage::StoredFile file{.id = core::randomId("file-"),
                             .owner = ownerOf(principal),
                             .filename = made.name,
                             .bytes = int64_t(content.size()),
                             .purpose = "fine-tune",
                             .status = storage::FileStatus::Processed,
                             .sha256 = core::sha256Hex(content),
                             .lineCount = int64_t(made.lines.size()),
                             .container = "jsonl",
                             .form = form ? form->form->name : "",
                             .createdAt = m_clock.unixSeconds()};
    CORE_ASSIGN(file.blobId, m_blobs.put(file.owner, core::asBytes(content)));
    std::string hashesBlob;
    auto stored = [&]() -> core::Result<NamedVersion> {
        CORE_ASSIGN(hashesBlob, m_blobs.put(file.owner, packRowHashes(hashesOf(made.lines))));
        return insert(made, file, hashesBlob);
    }();
    if (stored && stored->row.fileId == file.id)
        return stored;
    // Refused, or the newest version holds the same.
    for (const std::string& blob : {file.blobId, hashesBlob})
        if (!blob.empty())
            if (const auto removed = m_blobs.remove(Scope::everything(), blob); !removed)
                core::logError("a blob of no version is left", removed.error());
    return stored;
}

/// Whether it can become a version, before anything is stored.
core::Status DatasetService::checkStorable(const Principal& principal, const NewVersion& made) {
    CORE_TRY(checkName(made.name));
    if (made.lines.empty())
        return invalid("data set '" + made.name + "' would have no row", "name");
    const std::string& department = ownerOf(principal).departmentId;
    const Scope own = Scope::department(department);
    const auto dataset = m_datasets.find(own, department, made.name);
    return dataset ? checkKind(made.name, made.kind, m_datasets.newestVersion(own, dataset->id))
                   : core::Status();
}

/// The rows, all or none.
core::Result<NamedVersion> DatasetService::insert(const NewVersion& made, storage::StoredFile& file,
                                                  const std::string& hashesBlob) {
    const Scope own = Scope::department(file.owner.departmentId);
    storage::Transaction transaction(m_control);
    auto dataset = m_datasets.find(own, file.owner.departmentId, made.name);
    if (!dataset) {
        const storage::DatasetRow fresh{core::randomId("ds-"), file.owner, made.name,
                                        file.createdAt};
        CORE_TRY(m_datasets.create(fresh));
        dataset = fresh;
    }
    const auto newest = m_datasets.newestVersion(own, dataset->id);
    CORE_TRY(checkKind(made.name, made.kind, newest));
    if (newest && newest->sha256 == file.sha256)
        return NamedVersion{dataset->name, *newest};
    CORE_TRY(m_files.create(file));
    const DatasetVersionRow version{.id = core::randomId("dsv-"),
                                    .datasetId = dataset->id,
                                    .owner = file.owner,
                                    .number = newest ? newest->number + 1 : 1,
                                    .fileId = file.id,
                                    .sha256 = file.sha256,
                                    .kind = made.kind,
                                    .rowCount = file.lineCount,
                                    .source = core::dumpJson(made.source),
                                    .createdAt = file.createdAt};
    CORE_TRY(m_datasets.addVersion(version));
    m_datasets.keepRowHashes({file.id, file.filename, file.owner, hashesBlob});
    transaction.commit();
    return NamedVersion{dataset->name, version};
}

core::Result<storage::DatasetRow> DatasetService::find(const Principal& principal,
                                                       const std::string& idOrName) {
    auto dataset = m_datasets.find(scopeOf(principal), ownerOf(principal).departmentId, idOrName);
    return dataset ? std::move(dataset) : notFound("data set '" + idOrName + "'");
}

core::Result<NamedVersion> DatasetService::version(const Principal& principal,
                                                   const VersionRef& ref) {
    CORE_ASSIGN(const auto dataset, find(principal, ref.dataset));
    if (ref.number == 0) {
        const auto newest = m_datasets.newestVersion(scopeOf(principal), dataset.id);
        if (!newest)
            return notFound("version of '" + dataset.name + "'");
        return NamedVersion{dataset.name, *newest};
    }
    auto row = m_datasets.version(scopeOf(principal), dataset.id, ref.number);
    if (!row)
        return notFound("version " + std::to_string(ref.number) + " of '" + dataset.name + "'");
    return NamedVersion{dataset.name, std::move(*row)};
}

storage::Listed<storage::DatasetRow> DatasetService::list(const Principal& principal,
                                                          const storage::Page& page) {
    return m_datasets.list(scopeOf(principal), page);
}

core::Result<storage::Listed<DatasetVersionRow>> DatasetService::versions(
    const Principal& principal, const std::string& dataset, const storage::Page& page) {
    CORE_ASSIGN(const auto row, find(principal, dataset));
    return m_datasets.versions(scopeOf(principal), row.id, page);
}

core::Result<std::vector<std::string>> DatasetService::linesOf(const DatasetVersionRow& version) {
    CORE_ASSIGN(const auto file, m_files.find(Scope::everything(), version.fileId));
    CORE_ASSIGN(const auto content, m_blobs.read(Scope::everything(), file.blobId));
    if (core::sha256Hex(std::span(content)) != version.sha256)
        return core::Error{core::ErrorCode::DataCorrupt,
                           "the version's content is not what was committed", version.id};
    std::vector<std::string> lines;
    finetune::forEachRow(core::asText(content), finetune::Container::Jsonl,
                         [&](int64_t, const finetune::ReadRow& row) {
                             if (row)
                                 lines.push_back(finetune::rowLine(*row));
                             return true;
                         });
    return lines;
}

core::Result<storage::DatasetRow> DatasetService::remove(const Principal& principal,
                                                         const std::string& idOrName) {
    CORE_ASSIGN(const auto dataset, find(principal, idOrName));
    const Scope scope = scopeOf(principal);
    while (const auto newest = m_datasets.newestVersion(scope, dataset.id)) {
        storage::Transaction transaction(m_control);
        CORE_ASSIGN(const auto file, m_files.find(scope, newest->fileId));
        for (const auto& job : m_jobs.usingFile(scope, file.id))
            if (!storage::isFinal(job.status))
                return core::Error{core::ErrorCode::Conflict,
                                   "job " + job.id + " uses version " +
                                       std::to_string(newest->number) + "; cancel it first",
                                   "dataset"};
        CORE_TRY(m_index.keepForJobs(file));
        CORE_TRY(m_datasets.removeVersion(scope, newest->id));
        CORE_TRY(m_files.remove(scope, file.id));
        CORE_TRY(m_index.dropUnlessUsed(file));
        CORE_TRY(m_blobs.remove(scope, file.blobId));
        transaction.commit();
    }
    CORE_TRY(m_datasets.remove(scope, dataset.id));
    return dataset;
}

}  // namespace hearth::app
