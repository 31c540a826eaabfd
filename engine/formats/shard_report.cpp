#include "engine/formats/shard_report.h"

#include <cctype>
#include <fstream>
#include <map>

#include "core/crypto/sha256.h"
#include "engine/formats/weight_source.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

constexpr const char* kSums = "SHA256SUMS";
constexpr size_t kHexDigits = 64;
constexpr size_t kPiece = 4 << 20;

/// "HASH  NAME" or "HASH *NAME" a line; others are comments or of other files.
std::map<std::string, std::string> readSums(const std::filesystem::path& dir) {
    std::map<std::string, std::string> sums;
    std::ifstream file(dir / kSums);
    for (std::string line; std::getline(file, line);) {
        if (line.ends_with('\r'))
            line.pop_back();
        if (line.size() < kHexDigits + 3 || line[kHexDigits] != ' ')
            continue;
        std::string hash = line.substr(0, kHexDigits);
        for (char& digit : hash)
            digit = char(std::tolower(static_cast<unsigned char>(digit)));
        sums[line.substr(kHexDigits + 2)] = hash;
    }
    return sums;
}

core::Result<int64_t> sizeOf(const std::filesystem::path& file) {
    std::error_code failure;
    const auto size = std::filesystem::file_size(file, failure);
    if (failure)
        return Error{ErrorCode::NotFound, "Cannot read the weights: " + failure.message(),
                     file.string()};
    return int64_t(size);
}

class Verifier {
public:
    Verifier(const std::filesystem::path& dir, const ShardProgress& progress)
        : m_sums(readSums(dir)), m_progress(progress) {}

    core::Result<ShardReport> run(const std::vector<std::filesystem::path>& files) {
        for (const auto& file : files) {
            CORE_ASSIGN(const int64_t size, sizeOf(file));
            m_total += size;
        }
        ShardReport report;
        for (const auto& file : files) {
            CORE_ASSIGN(ShardFile shard, verify(file));
            report.files.push_back(std::move(shard));
        }
        return report;
    }

private:
    core::Result<ShardFile> verify(const std::filesystem::path& file) {
        ShardFile shard{.name = file.filename().string()};
        {
            CORE_ASSIGN(const auto source, openSafetensors(file));
            shard.tensors = int64_t(source->names().size());
        }
        CORE_TRY(hash(file, shard));
        const auto sum = m_sums.find(shard.name);
        shard.expected = sum != m_sums.end();
        if (shard.expected && sum->second != shard.sha256)
            return Error{ErrorCode::DataCorrupt,
                         "The file is not the one that " + std::string(kSums) +
                             " lists: its SHA-256 is " + shard.sha256 + ", expected " +
                             sum->second + "; copy it again",
                         file.string()};
        return shard;
    }

    core::Status hash(const std::filesystem::path& file, ShardFile& shard) {
        std::ifstream stream(file, std::ios::binary);
        std::vector<char> piece(kPiece);
        core::Sha256 sha256;
        while (stream.read(piece.data(), kPiece), stream.gcount() > 0) {
            const auto count = stream.gcount();
            sha256.update(std::string_view(piece.data(), size_t(count)));
            shard.bytes += count;
            m_done += count;
            if (m_progress && !m_progress(m_done, m_total))
                return Error{ErrorCode::Cancelled, "The check of the weights was stopped",
                             file.string()};
        }
        if (!stream.eof())
            return Error{ErrorCode::DataCorrupt, "Cannot read the weights to their end",
                         file.string()};
        shard.sha256 = sha256.finishHex();
        return {};
    }

    std::map<std::string, std::string> m_sums;
    const ShardProgress& m_progress;
    int64_t m_done = 0;
    int64_t m_total = 0;
};

}  // namespace

core::Result<ShardReport> verifyShards(const std::filesystem::path& dir,
                                       const ShardProgress& progress) {
    // Index and shards together first: what does not fit is known before the long part.
    CORE_TRY(openWeightDirectory(dir));
    CORE_ASSIGN(const auto files, weightFiles(dir));
    return Verifier(dir, progress).run(files);
}

}  // namespace hearth::engine
