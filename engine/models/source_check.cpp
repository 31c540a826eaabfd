#include "engine/models/source_check.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "core/crypto/sha256.h"
#include "core/file.h"
#include "engine/formats/gguf.h"
#include "engine/formats/shard_report.h"
#include "engine/models/model_source.h"
#include "engine/models/source_reference.h"

namespace hearth::engine {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHashPiece = 4 << 20;

core::Error cancelled() {
    return {core::ErrorCode::Cancelled, "the import was cancelled", ""};
}

bool tell(const PackSink& sink, uint64_t done, uint64_t total) {
    return !sink || sink({.stage = PackStage::Verifying, .done = done, .total = total});
}

core::Result<PackedSourceFile> hashFile(const fs::path& path, const PackSink& progress) {
    std::error_code failure;
    PackedSourceFile file{path.filename().string(), fs::file_size(path, failure), ""};
    CORE_ASSIGN(const core::UniqueFd fd, core::openFile(path, O_RDONLY));
    core::Sha256 hash;
    std::vector<std::byte> piece(kHashPiece);
    for (uint64_t done = 0;;) {
        const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return core::errnoError(errno, "read", path);
        if (got == 0)
            break;
        hash.update(std::span(piece).first(size_t(got)));
        if (!tell(progress, done += uint64_t(got), file.bytes))
            return cancelled();
    }
    file.sha256 = hash.finishHex();
    return file;
}

core::Result<std::vector<PackedSourceFile>> verifyGguf(const fs::path& path,
                                                       const PackSink& progress) {
    CORE_TRY(openGguf(path));
    CORE_ASSIGN(auto file, hashFile(path, progress));
    return std::vector<PackedSourceFile>{std::move(file)};
}

}  // namespace

core::Result<std::vector<PackedSourceFile>> verifySource(const fs::path& path,
                                                         const PackSink& progress) {
    if (isGgufFile(path))
        return verifyGguf(path, progress);
    if (fs::exists(path / kGgufInDirectory))
        return verifyGguf(path / kGgufInDirectory, progress);
    CORE_ASSIGN(const ShardReport report, verifyShards(path, [&](int64_t done, int64_t total) {
                    return tell(progress, uint64_t(done), uint64_t(total));
                }));
    std::vector<PackedSourceFile> files;
    for (const ShardFile& shard : report.files)
        files.push_back({shard.name, uint64_t(shard.bytes), shard.sha256});
    return files;
}

bool isPackedDirectory(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path / kPackedFileName, ignored) && !hasSourceWeights(path);
}

core::Status verifyPacked(const fs::path& path, const PackSink& progress) {
    CORE_ASSIGN(const auto file, PackedFile::open(path));
    const auto& tensors = file->header().tensors;
    const uint64_t total = plannedBytes(tensors);
    uint64_t done = 0;
    for (const PackedTensor& tensor : tensors) {
        CORE_TRY(file->bytes(tensor));
        if (!tell(progress, done += tensor.bytes, total))
            return cancelled();
    }
    return {};
}

}  // namespace hearth::engine
