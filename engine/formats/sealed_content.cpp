#include "engine/formats/sealed_content.h"

#include <algorithm>

namespace hearth::engine {
core::Result<std::unique_ptr<SealedContent>> SealedContent::open(const std::filesystem::path& file,
                                                                 const core::SecureBytes& key) {
    CORE_ASSIGN(auto reader, core::SealedReader::open(file, key));
    auto memory = PrivateMemory::reserve(size_t(reader.size()));
    if (!memory)
        return core::Error{memory.error().code, memory.error().message, file.string()};
    return std::unique_ptr<SealedContent>(new SealedContent(std::move(reader), std::move(*memory)));
}

SealedContent::SealedContent(core::SealedReader reader, PrivateMemory memory)
    : m_reader(std::move(reader)),
      m_memory(std::move(memory)),
      m_bytes(m_memory.bytes()),
      m_chunks((m_bytes.size() + m_reader.chunkBytes() - 1) / m_reader.chunkBytes()) {}

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
