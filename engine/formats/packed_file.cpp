#include "engine/formats/packed_file.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/file.h"
#include "engine/formats/packed_file_layout.h"

namespace hearth::engine {

core::Error PackedFile::corrupt(const std::string& what) const {
    return {core::ErrorCode::DataCorrupt, what, m_path.string()};
}

core::Result<std::shared_ptr<PackedFile>> PackedFile::open(const std::filesystem::path& file) {
    const int64_t now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                            std::chrono::system_clock::now().time_since_epoch())
                            .count();
    CORE_ASSIGN(MappedFile mapping, MappedFile::open(file));
    std::shared_ptr<PackedFile> packed(new PackedFile(file, std::move(mapping), now));
    if (const auto read = packed->readLayout(); !read) {
        core::Error error = read.error();
        error.context = file.string();
        return error;
    }
    return packed;
}

core::Status PackedFile::readLayout() {
    const auto all = m_mapping.bytes();
    CORE_TRY(m_mapping.load(0, std::min<uint64_t>(all.size(), kPackedDataOffset)));
    CORE_ASSIGN(const PackedPrologue prologue, readPrologue(all));
    const uint64_t rest = all.size() - kPackedDataOffset;
    const uint64_t chunks = prologue.data_bytes / prologue.chunk_bytes +
                            (prologue.data_bytes % prologue.chunk_bytes != 0);
    if (prologue.data_bytes > rest || prologue.header_bytes > rest - prologue.data_bytes ||
        chunks > rest / kPackedHashBytes ||
        prologue.data_bytes + prologue.header_bytes + chunks * kPackedHashBytes != rest)
        return corrupt("the packed model was cut, or something was added to it");
    CORE_TRY(m_mapping.load(kPackedDataOffset + prologue.data_bytes, rest - prologue.data_bytes));
    m_data = all.subspan(kPackedDataOffset, prologue.data_bytes);
    const auto header = all.subspan(kPackedDataOffset + prologue.data_bytes, prologue.header_bytes);
    m_hashes = all.last(chunks * kPackedHashBytes);
    if (core::sha256(header) != prologue.header_hash)
        return corrupt("the header of the packed model is damaged");
    if (core::sha256(m_hashes) != prologue.table_hash)
        return corrupt("the packed model's table of hashes is damaged");
    m_chunkBytes = prologue.chunk_bytes;
    m_checked = std::vector<std::atomic<bool>>(chunks);
    return readHeader(header);
}

core::Status PackedFile::readHeader(std::span<const std::byte> text) {
    CORE_ASSIGN(m_header, parsePackedHeader(core::asText(text), m_data.size()));
    for (size_t i = 0; i < m_header.tensors.size(); ++i)
        m_index.emplace(std::pair(m_header.tensors[i].kind, m_header.tensors[i].key), i);
    return {};
}

const PackedTensor* PackedFile::find(PackedKind kind, const std::string& key) const {
    const auto found = m_index.find({kind, key});
    return found == m_index.end() ? nullptr : &m_header.tensors[found->second];
}

core::Digest PackedFile::digest() const {
    return core::sha256(m_mapping.bytes().first(kPackedDataOffset));
}

core::Error PackedFile::damaged(size_t chunk, const std::string& tensor) const {
    return corrupt("chunk " + std::to_string(chunk) + " (4 MB from byte " +
                   std::to_string(kPackedDataOffset + chunk * m_chunkBytes) +
                   ") of the packed model is damaged; it holds a part of " + tensor +
                   ". Import the model again or restore the file");
}

bool PackedFile::hashFits(size_t chunk) const {
    const size_t begin = chunk * m_chunkBytes;
    const auto bytes = m_data.subspan(begin, std::min(m_chunkBytes, m_data.size() - begin));
    if (!m_mapping.load(kPackedDataOffset + begin, bytes.size()))
        return false;
    return std::ranges::equal(core::sha256(bytes),
                              m_hashes.subspan(chunk * kPackedHashBytes, kPackedHashBytes));
}

/// The last tensor that begins before the chunk's end.
std::string PackedFile::tensorIn(size_t chunk) const {
    const auto after = std::ranges::lower_bound(m_header.tensors, (chunk + 1) * m_chunkBytes, {},
                                                &PackedTensor::offset);
    return after == m_header.tensors.begin() ? "nothing" : std::prev(after)->key;
}

std::optional<size_t> PackedFile::firstDamaged(size_t begin, size_t end) {
    std::vector<size_t> unknown;
    for (size_t chunk = begin; chunk < end; ++chunk)
        if (!m_checked[chunk].load(std::memory_order_acquire))
            unknown.push_back(chunk);
    // Hashing is slower than the disk: as many threads as there are chunks and cores.
    std::atomic<size_t> next = 0, damaged = SIZE_MAX;
    const auto work = [&] {
        for (size_t i; (i = next++) < unknown.size() && damaged == SIZE_MAX;) {
            if (hashFits(unknown[i]))
                m_checked[unknown[i]].store(true, std::memory_order_release);
            else
                damaged = unknown[i];
        }
    };
    {
        std::vector<std::jthread> helpers;
        const size_t cores = std::max(1u, std::thread::hardware_concurrency());
        while (helpers.size() + 1 < std::min(cores, unknown.size()))
            helpers.emplace_back(work);
        work();
    }
    return damaged == SIZE_MAX ? std::optional<size_t>() : damaged.load();
}

core::Result<std::span<const std::byte>> PackedFile::bytes(const PackedTensor& tensor) {
    const size_t end = (tensor.offset + tensor.bytes + m_chunkBytes - 1) / m_chunkBytes;
    if (const auto chunk = firstDamaged(tensor.offset / m_chunkBytes, end))
        return damaged(*chunk, tensor.key);
    return m_data.subspan(tensor.offset, tensor.bytes);
}

core::Status PackedFile::checkChunk(size_t chunk) const {
    CORE_ASSERT(chunk < chunks());
    return hashFits(chunk) ? core::Status() : damaged(chunk, tensorIn(chunk));
}

core::Status PackedFile::checkAll() {
    const auto chunk = firstDamaged(0, chunks());
    return chunk ? damaged(*chunk, tensorIn(*chunk)) : core::Status();
}

void PackedFile::trust() {
    CORE_ASSERT(!sealed());
    for (std::atomic<bool>& checked : m_checked)
        checked.store(true, std::memory_order_release);
}

}  // namespace hearth::engine
