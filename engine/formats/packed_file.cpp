#include "engine/formats/packed_file.h"

#include <algorithm>
#include <thread>

#include "core/file.h"
#include "engine/formats/packed_file_layout.h"

namespace hearth::engine {

core::Error PackedFile::corrupt(const std::string& what) const {
    return {core::ErrorCode::DataCorrupt, what, m_path.string()};
}

core::Result<std::shared_ptr<PackedFile>> PackedFile::open(const std::filesystem::path& file) {
    CORE_ASSIGN(MappedFile mapping, MappedFile::open(file));
    std::shared_ptr<PackedFile> packed(new PackedFile(file, std::move(mapping)));
    if (const auto read = packed->readLayout(); !read) {
        core::Error error = read.error();
        error.context = file.string();
        return error;
    }
    return packed;
}

core::Status PackedFile::readLayout() {
    const auto all = m_mapping.bytes();
    CORE_ASSIGN(const PackedPrologue prologue, readPrologue(all));
    const uint64_t rest = all.size() - kPackedDataOffset;
    const uint64_t chunks = prologue.data_bytes / prologue.chunk_bytes +
                            (prologue.data_bytes % prologue.chunk_bytes != 0);
    if (prologue.data_bytes > rest || prologue.header_bytes > rest - prologue.data_bytes ||
        chunks > rest / kPackedHashBytes ||
        prologue.data_bytes + prologue.header_bytes + chunks * kPackedHashBytes != rest)
        return corrupt("the packed model was cut, or something was added to it");
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

bool PackedFile::chunkIsSound(size_t chunk) {
    if (m_checked[chunk].load(std::memory_order_acquire))
        return true;
    const size_t begin = chunk * m_chunkBytes;
    const auto bytes = m_data.subspan(begin, std::min(m_chunkBytes, m_data.size() - begin));
    const core::Digest digest = core::sha256(bytes);
    if (!std::ranges::equal(digest, m_hashes.subspan(chunk * kPackedHashBytes, kPackedHashBytes)))
        return false;
    m_checked[chunk].store(true, std::memory_order_release);
    return true;
}

core::Result<std::span<const std::byte>> PackedFile::bytes(const PackedTensor& tensor) {
    const size_t first = tensor.offset / m_chunkBytes;
    const size_t end = (tensor.offset + tensor.bytes + m_chunkBytes - 1) / m_chunkBytes;
    // Hashing is slower than the disk: as many threads as there are chunks and cores.
    std::atomic<size_t> next = first, damaged = SIZE_MAX;
    const auto work = [&] {
        for (size_t chunk; (chunk = next++) < end && damaged == SIZE_MAX;)
            if (!chunkIsSound(chunk))
                damaged = chunk;
    };
    {
        std::vector<std::jthread> helpers;
        const size_t cores = std::max(1u, std::thread::hardware_concurrency());
        while (helpers.size() + 1 < std::min(cores, end - first))
            helpers.emplace_back(work);
        work();
    }
    if (damaged != SIZE_MAX)
        return corrupt("chunk " + std::to_string(damaged.load()) + " (4 MB from byte " +
                       std::to_string(kPackedDataOffset + damaged * m_chunkBytes) +
                       ") of the packed model is damaged; it holds a part of " + tensor.key +
                       ". Import the model again or restore the file");
    return m_data.subspan(tensor.offset, tensor.bytes);
}

}  // namespace hearth::engine
