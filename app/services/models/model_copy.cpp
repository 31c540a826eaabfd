#include "app/services/models/model_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "core/crypto/sha256.h"
#include "core/file.h"
#include "engine/models/model_source.h"
#include "engine/models/pack_report.h"
#include "engine/models/source_check.h"
#include "engine/models/source_reference.h"

namespace hearth::app {
namespace {

namespace fs = std::filesystem;

// Small enough that a cancelled copy stops at once, large enough for the disk.
constexpr size_t kPieceBytes = 4 << 20;
constexpr const char* kConfig = "config.json";

core::Error sourceError(const std::string& message) {
    return {core::ErrorCode::InvalidArgument, message, "path"};
}

core::Error cancelled() {
    return {core::ErrorCode::Cancelled, "the import was cancelled", ""};
}

core::Error unreadable(const fs::path& path, const std::string& reason) {
    return sourceError("cannot read " + path.string() + ": " + reason);
}

bool isSource(const fs::path& path) {
    return path.extension() == ".safetensors" || path.filename() == engine::kGgufInDirectory ||
           path.filename() == "model.safetensors.index.json";
}

/// What packing writes.
bool isPacked(const fs::path& path) {
    return path.filename() == engine::kPackedFileName || path.filename() == engine::kPackReportName;
}

/// Only what a model consists of; never a link, which could name any file of the machine.
bool belongsToModel(const fs::directory_entry& entry, bool packed) {
    if ((isPacked(entry.path()) && !packed) ||
        entry.path().filename() == engine::kSourceReferenceName)
        return false;
    const auto extension = entry.path().extension();
    std::error_code ignored;
    return !entry.is_symlink(ignored) && entry.is_regular_file(ignored) &&
           (extension == ".json" || extension == ".safetensors" || extension == ".jinja" ||
            extension == ".model" || extension == ".txt" || isPacked(entry.path()) ||
            entry.path().filename() == engine::kGgufInDirectory);
}

class Copy {
public:
    explicit Copy(const std::function<bool(int64_t)>& copied)
        : m_copied(copied), m_piece(kPieceBytes) {}

    core::Result<storage::ModelContent> run(const SourceFile& file, const fs::path& to) {
        CORE_ASSIGN(const bool there, isThere(file, to));
        if (!there)
            return copy(file, to);
        if (!m_copied(file.bytes))
            return cancelled();
        return storage::ModelContent{to.filename().string(), file.bytes, file.sha256};
    }

private:
    /// Of an import that was interrupted; what is not whole is removed.
    static core::Result<bool> isThere(const SourceFile& file, const fs::path& to) {
        std::error_code failure;
        const auto bytes = fs::file_size(to, failure);
        if (failure)
            return false;
        if (!file.sha256.empty() && int64_t(bytes) == file.bytes) {
            CORE_ASSIGN(const std::string hash, core::sha256HexOfFile(to));
            if (hash == file.sha256)
                return true;
        }
        fs::remove(to, failure);
        return false;
    }

    core::Result<storage::ModelContent> copy(const SourceFile& file, const fs::path& to) {
        const fs::path& from = file.path;
        const auto source = core::openFile(from, O_RDONLY | O_NOFOLLOW);
        if (!source)
            return unreadable(from, source.error().message);
        CORE_ASSIGN(const auto target, core::openFile(to, O_WRONLY | O_CREAT | O_EXCL));
        core::Sha256 hash;
        storage::ModelContent content{.name = to.filename().string()};
        for (;;) {
            const ssize_t count = ::read(source->get(), m_piece.data(), m_piece.size());
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0)
                return unreadable(from, std::generic_category().message(errno));
            if (count == 0)
                break;
            const auto bytes = std::span(m_piece).first(size_t(count));
            hash.update(bytes);
            CORE_TRY(core::writeAll(target.get(), bytes, to));
            content.bytes += count;
            if (!m_copied(count))
                return cancelled();
        }
        if (::fsync(target.get()) != 0)
            return core::errnoError(errno, "flush", to);
        content.sha256 = hash.finishHex();
        if (!file.sha256.empty() && file.sha256 != content.sha256)
            return core::Error{core::ErrorCode::DataCorrupt,
                               "the file changed while it was imported; import the model again",
                               from.string()};
        return content;
    }

    const std::function<bool(int64_t)>& m_copied;
    std::vector<std::byte> m_piece;
};

/// What a directory would hold beside the weights.
core::Result<std::vector<storage::ModelContent>> writeTexts(const fs::path& gguf,
                                                            const fs::path& target) {
    CORE_ASSIGN(const auto texts, engine::modelTextFiles(gguf));
    std::vector<storage::ModelContent> contents;
    for (const auto& [name, text] : texts) {
        CORE_TRY(core::writeFileAtomic(target / name, text));
        core::Sha256 hash;
        hash.update(core::asBytes(text));
        contents.push_back(
            {.name = name, .bytes = int64_t(text.size()), .sha256 = hash.finishHex()});
    }
    return contents;
}

}  // namespace

core::Result<std::vector<SourceFile>> listModelFiles(const fs::path& directory) {
    std::error_code code;
    if (engine::isGgufFile(directory))
        return std::vector<SourceFile>{
            {directory, int64_t(fs::file_size(directory, code)), engine::kGgufInDirectory, true}};
    if (!fs::is_directory(directory, code))
        return sourceError("there is no directory or .gguf file " + directory.string() +
                           " on the node's machine");
    if (!fs::is_regular_file(directory / kConfig, code))
        return sourceError("there is no config.json in " + directory.string() +
                           "; give the directory of a Hugging Face model");
    std::vector<SourceFile> files;
    fs::directory_iterator entries(directory, code);
    const bool packed = engine::isPackedDirectory(directory);
    for (; !code && entries != fs::directory_iterator(); entries.increment(code))
        if (belongsToModel(*entries, packed))
            files.push_back({entries->path(), int64_t(entries->file_size(code)),
                             entries->path().filename().string(), isSource(entries->path())});
    if (code)
        return unreadable(directory, code.message());
    std::sort(files.begin(), files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return files;
}

core::Result<std::vector<storage::ModelContent>> copyModelFiles(
    const std::vector<SourceFile>& files, const fs::path& target,
    const std::function<bool(int64_t bytes)>& copied) {
    CORE_TRY(core::createDirectories(target));
    Copy copy(copied);
    std::vector<storage::ModelContent> contents;
    for (const SourceFile& file : files) {
        CORE_ASSIGN(auto content, copy.run(file, target / file.name));
        contents.push_back(std::move(content));
        if (!engine::isGgufFile(file.path))
            continue;
        CORE_ASSIGN(const auto texts, writeTexts(file.path, target));
        contents.insert(contents.end(), texts.begin(), texts.end());
    }
    CORE_TRY(core::fsyncDirectory(target));
    return contents;
}

}  // namespace hearth::app
