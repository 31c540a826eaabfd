#include "core/crypto/sealed_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

#include "core/crypto/aead.h"
#include "core/crypto/random.h"
#include "core/crypto/sealed_output.h"
#include "core/crypto/sha256.h"
#include "core/file.h"

namespace hearth::core {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kMagic = "HEARTHSF";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kChunkBytes = 1u << 20;
constexpr std::uint32_t kMinChunkBytes = 1u << 12;
constexpr std::uint32_t kMaxChunkBytes = 1u << 24;
constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kHeaderBytes = 8 + 4 + 4 + kSaltBytes;
constexpr std::uint64_t kNoChunk = std::numeric_limits<std::uint64_t>::max();

using Header = std::array<std::byte, kHeaderBytes>;

template <typename Int>
void storeLittle(std::byte* out, Int value) {
    for (std::size_t i = 0; i < sizeof(Int); ++i)
        out[i] = static_cast<std::byte>(value >> (8 * i));
}

std::uint32_t loadLittle32(const std::byte* in) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value |= std::to_integer<std::uint32_t>(in[i]) << (8 * i);
    return value;
}

Header newHeader() {
    Header header;
    std::memcpy(header.data(), kMagic.data(), kMagic.size());
    storeLittle(header.data() + 8, kVersion);
    storeLittle(header.data() + 12, kChunkBytes);
    randomBytes(std::span(header).subspan(16));
    return header;
}

// Each file has its own key, so a counter is a safe nonce however many files share `key`; and
// since the whole header goes into it, a changed header opens nothing.
SecureBytes fileKey(const SecureBytes& key, const Header& header) {
    CORE_ASSERT(key.size() == kSealedKeyBytes);
    Digest derived = hmacSha256(key, header);
    SecureBytes result = SecureBytes::copyOf(derived);
    wipe(derived);
    return result;
}

Nonce chunkNonce(std::uint64_t index) {
    Nonce nonce{};
    storeLittle(nonce.data(), index);
    return nonce;
}

// The flag makes a file that was cut at a chunk's end fail.
std::array<std::byte, 1> chunkAad(bool last) {
    return {std::byte{last}};
}

Error corrupt(const std::string& why, const fs::path& path) {
    return {ErrorCode::DataCorrupt, "the encrypted file " + why, path.string()};
}

}  // namespace

struct SealedWriter::State {
    SealedOutput file;
    SecureBytes key;
    bool lateStart = false;
    SecureBytes buffer{kChunkBytes};  // plaintext of the chunk being filled
    SecureBytes first = {};           // plaintext of the first chunk, when it is encrypted last
    std::vector<std::byte> sealed;
    std::size_t used = 0;
    std::uint64_t chunks = 0;
    std::uint64_t total = 0;

    void seal(std::uint64_t chunk, bool last, std::span<const std::byte> plain) {
        sealed.resize(plain.size() + kTagBytes);
        aeadSeal(key, chunkNonce(chunk), chunkAad(last), plain, sealed);
    }

    Status flush(bool last) {
        const std::uint64_t chunk = chunks++;
        if (lateStart && chunk == 0 && !last) {
            // Its place only: a nonce serves for one text.
            first = std::exchange(buffer, SecureBytes(kChunkBytes));
            sealed.assign(used + kTagBytes, std::byte{0});
        } else {
            seal(chunk, last, buffer.span().first(used));
        }
        used = 0;
        return file.write(sealed);
    }
};

SealedWriter::SealedWriter(std::unique_ptr<State> state) : m_state(std::move(state)) {}
SealedWriter::SealedWriter(SealedWriter&&) noexcept = default;
SealedWriter::~SealedWriter() = default;

Result<SealedWriter> SealedWriter::create(const fs::path& path, const SecureBytes& key) {
    const Header header = newHeader();
    CORE_ASSIGN(SealedOutput file, SealedOutput::create(path));
    CORE_TRY(file.write(header));
    return SealedWriter(std::unique_ptr<State>(
        new State{.file = std::move(file), .key = fileKey(key, header), .sealed = {}}));
}

Result<SealedWriter> SealedWriter::createWithLateStart(const fs::path& path,
                                                       const SecureBytes& key) {
    CORE_ASSIGN(SealedWriter writer, create(path, key));
    writer.m_state->lateStart = true;
    return writer;
}

Status SealedWriter::write(std::span<const std::byte> plaintext) {
    while (!plaintext.empty()) {
        // A full chunk waits until it is known whether another follows.
        if (m_state->used == kChunkBytes)
            CORE_TRY(m_state->flush(false));
        const std::size_t take = std::min(plaintext.size(), kChunkBytes - m_state->used);
        std::memcpy(m_state->buffer.data() + m_state->used, plaintext.data(), take);
        m_state->used += take;
        m_state->total += take;
        plaintext = plaintext.subspan(take);
    }
    return {};
}

Status SealedWriter::finish() {
    return finish({});
}

Status SealedWriter::finish(std::span<const std::byte> start) {
    State& state = *m_state;
    CORE_ASSERT(start.empty() || state.lateStart);
    CORE_ASSERT(start.size() <= std::min<std::uint64_t>(state.total, kChunkBytes));
    const bool single = state.chunks == 0;
    std::copy(start.begin(), start.end(), single ? state.buffer.data() : state.first.data());
    CORE_TRY(state.flush(true));
    if (state.lateStart && !single) {
        state.seal(0, false, state.first.span());
        CORE_TRY(state.file.replace(kHeaderBytes, state.sealed));
    }
    return state.file.commit();
}

std::uint64_t SealedWriter::plainBytes() const {
    return m_state->total;
}

struct SealedReader::State {
    fs::path path;
    UniqueFd fd;
    SecureBytes key;
    std::uint32_t chunkBytes = 0;
    std::uint64_t chunks = 0;
    std::uint64_t plainBytes = 0;
    std::uint64_t position = 0;
    std::uint64_t loaded = kNoChunk;  // which chunk `plain` holds
    SecureBytes plain;
    std::vector<std::byte> sealed;

    std::size_t plainSize(std::uint64_t chunk) const {
        const std::uint64_t start = chunk * chunkBytes;
        return static_cast<std::size_t>(std::min<std::uint64_t>(chunkBytes, plainBytes - start));
    }

    Status open(std::uint64_t chunk, std::vector<std::byte>& sealedChunk,
                std::span<std::byte> out) const {
        sealedChunk.resize(out.size() + kTagBytes);
        CORE_TRY(core::readAt(fd.get(), kHeaderBytes + chunk * (chunkBytes + kTagBytes),
                              sealedChunk, path));
        if (!aeadOpen(key, chunkNonce(chunk), chunkAad(chunk + 1 == chunks), sealedChunk, out))
            return corrupt("was changed, cut or sealed with another key", path);
        return {};
    }

    Status load(std::uint64_t chunk) {
        if (chunk == loaded)
            return {};
        loaded = kNoChunk;
        CORE_TRY(open(chunk, sealed, plain.span().first(plainSize(chunk))));
        loaded = chunk;
        return {};
    }
};

SealedReader::SealedReader(std::unique_ptr<State> state) : m_state(std::move(state)) {}
SealedReader::SealedReader(SealedReader&&) noexcept = default;
SealedReader::~SealedReader() = default;

Result<SealedReader> SealedReader::open(const fs::path& path, const SecureBytes& key) {
    CORE_ASSIGN(UniqueFd fd, openFile(path, O_RDONLY));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0)
        return errnoError(errno, "read", path);
    const auto fileBytes = static_cast<std::uint64_t>(info.st_size);
    if (fileBytes < kHeaderBytes + kTagBytes)
        return corrupt("is too short", path);
    Header header;
    CORE_TRY(core::readAt(fd.get(), 0, header, path));
    if (asText(std::span(header).first(kMagic.size())) != kMagic)
        return corrupt("does not start like one", path);
    if (const std::uint32_t version = loadLittle32(header.data() + 8); version != kVersion)
        return Error{ErrorCode::Unsupported,
                     "the encrypted file has version " + std::to_string(version) +
                         "; this build reads version 1",
                     path.string()};
    const std::uint32_t chunkBytes = loadLittle32(header.data() + 12);
    if (chunkBytes < kMinChunkBytes || chunkBytes > kMaxChunkBytes)
        return corrupt("has a chunk size out of range", path);

    const std::uint64_t body = fileBytes - kHeaderBytes;
    const std::uint64_t stride = chunkBytes + kTagBytes;
    const std::uint64_t chunks = (body + stride - 1) / stride;
    if (body - (chunks - 1) * stride < kTagBytes)
        return corrupt("was cut", path);
    auto state = std::make_unique<State>();
    state->path = path;
    state->fd = std::move(fd);
    state->key = fileKey(key, header);
    state->chunkBytes = chunkBytes;
    state->chunks = chunks;
    state->plainBytes = body - chunks * kTagBytes;
    state->plain = SecureBytes(
        static_cast<std::size_t>(std::min<std::uint64_t>(chunkBytes, state->plainBytes)));
    SealedReader reader(std::move(state));
    // The last chunk says under its tag that it is the last one, so the size is proved here, before
    // any caller relies on it; and a wrong key shows now, not in the middle of a copy.
    CORE_TRY(reader.m_state->load(chunks - 1));
    return reader;
}

std::uint64_t SealedReader::size() const {
    return m_state->plainBytes;
}

Result<std::size_t> SealedReader::read(std::span<std::byte> out) {
    const std::uint64_t left = m_state->plainBytes - m_state->position;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), left));
    CORE_TRY(readAt(m_state->position, out.first(count)));
    m_state->position += count;
    return count;
}

Status SealedReader::readAt(std::uint64_t offset, std::span<std::byte> out) {
    State& state = *m_state;
    if (offset > state.plainBytes || out.size() > state.plainBytes - offset)
        return Error{ErrorCode::InvalidArgument, "read beyond the end of the encrypted file",
                     state.path.string()};
    while (!out.empty()) {
        const std::uint64_t chunk = offset / state.chunkBytes;
        const auto within = static_cast<std::size_t>(offset % state.chunkBytes);
        CORE_TRY(state.load(chunk));
        const std::size_t take = std::min(out.size(), state.plainSize(chunk) - within);
        std::memcpy(out.data(), state.plain.data() + within, take);
        offset += take;
        out = out.subspan(take);
    }
    return {};
}

std::size_t SealedReader::chunkBytes() const {
    return m_state->chunkBytes;
}

Status SealedReader::readChunk(std::uint64_t index, std::span<std::byte> out) const {
    CORE_ASSERT(index < m_state->chunks && out.size() == m_state->plainSize(index));
    std::vector<std::byte> sealed;
    return m_state->open(index, sealed, out);
}

Status writeSealed(const fs::path& path, const SecureBytes& key,
                   std::span<const std::byte> plaintext) {
    CORE_ASSIGN(SealedWriter writer, SealedWriter::create(path, key));
    CORE_TRY(writer.write(plaintext));
    return writer.finish();
}

Result<std::vector<std::byte>> readSealed(const fs::path& path, const SecureBytes& key,
                                          std::uint64_t maxBytes) {
    CORE_ASSIGN(SealedReader reader, SealedReader::open(path, key));
    if (reader.size() > maxBytes)
        return Error{
            ErrorCode::PayloadTooLarge,
            "the encrypted file is larger than the limit of " + std::to_string(maxBytes) + " bytes",
            path.string()};
    std::vector<std::byte> plaintext(static_cast<std::size_t>(reader.size()));
    CORE_TRY(reader.readAt(0, plaintext));
    return plaintext;
}

bool isSealedFile(const fs::path& path) {
    const auto fd = openFile(path, O_RDONLY);
    std::array<std::byte, kMagic.size()> start;
    return fd.ok() && core::readAt(fd->get(), 0, start, path).ok() && asText(start) == kMagic;
}

}  // namespace hearth::core
