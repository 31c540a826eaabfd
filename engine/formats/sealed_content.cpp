#include "engine/formats/sealed_content.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hearth::engine {
namespace {

core::Result<std::span<std::byte>> reserve(size_t bytes, const std::filesystem::path& file) {
    if (bytes == 0)
        return std::span<std::byte>();
    void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED)
        return core::Error{
            core::ErrorCode::ResourceExhausted,
            std::string("Cannot get memory for the decrypted weights: ") + std::strerror(errno),
            file.string()};
    ::madvise(address, bytes, MADV_DONTDUMP);
    // Panels are read all over: large pages save a walk of the page table for most of them.
    ::madvise(address, bytes, MADV_HUGEPAGE);
    return std::span(static_cast<std::byte*>(address), bytes);
}

}  // namespace

core::Result<std::unique_ptr<SealedContent>> SealedContent::open(const std::filesystem::path& file,
                                                                 const core::SecureBytes& key) {
    CORE_ASSIGN(auto reader, core::SealedReader::open(file, key));
    CORE_ASSIGN(const auto bytes, reserve(size_t(reader.size()), file));
    return std::unique_ptr<SealedContent>(new SealedContent(std::move(reader), bytes));
}

SealedContent::SealedContent(core::SealedReader reader, std::span<std::byte> bytes)
    : m_reader(std::move(reader)),
      m_bytes(bytes),
      m_chunks((bytes.size() + m_reader.chunkBytes() - 1) / m_reader.chunkBytes()) {}

SealedContent::~SealedContent() {
    if (!m_bytes.empty())
        ::munmap(m_bytes.data(), m_bytes.size());
}

core::Status SealedContent::load(std::uint64_t offset, std::uint64_t count) {
    CORE_ASSERT(offset <= m_bytes.size() && count <= m_bytes.size() - offset);
    const size_t size = m_reader.chunkBytes();
    for (size_t chunk = offset / size; count > 0 && chunk * size < offset + count; ++chunk)
        CORE_TRY(loadChunk(chunk));
    return {};
}

core::Status SealedContent::loadChunk(size_t chunk) {
    std::atomic<State>& state = m_chunks[chunk];
    for (State seen = State::Absent; !state.compare_exchange_strong(seen, State::Loading);
         seen = State::Absent) {
        if (seen == State::Present)
            return {};
        state.wait(State::Loading);
    }
    const size_t begin = chunk * m_reader.chunkBytes();
    const auto out =
        m_bytes.subspan(begin, std::min(m_reader.chunkBytes(), m_bytes.size() - begin));
    const core::Status read = m_reader.readChunk(chunk, out);
    state.store(read ? State::Present : State::Absent);
    state.notify_all();
    return read;
}

}  // namespace hearth::engine
