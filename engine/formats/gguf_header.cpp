#include "engine/formats/gguf_header.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <unordered_set>

#include "core/strings.h"
#include "engine/formats/gguf_metadata.h"

namespace hearth::engine {
namespace {

using core::Error;
using core::ErrorCode;

constexpr uint64_t kMaxKeys = 1 << 16;
constexpr uint64_t kMaxTensors = 1 << 20;
constexpr uint64_t kMaxNameBytes = 255;
constexpr uint32_t kMaxRank = 4;
constexpr uint64_t kMaxAlignment = 1 << 20;
constexpr uint64_t kSmallestKey = 13;     // length, a byte of name, type
constexpr uint64_t kSmallestTensor = 33;  // length, a byte of name, rank, dimension, type, offset

/// ggml's types that Hearth has no code for, so that a message can name them.
struct OtherType {
    uint32_t id;
    const char* name;
};
constexpr OtherType kOtherTypes[] = {
    {6, "Q5_0"},    {7, "Q5_1"},     {9, "Q8_1"},    {10, "Q2_K"},    {11, "Q3_K"},
    {15, "Q8_K"},   {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"}, {19, "IQ1_S"},
    {20, "IQ4_NL"}, {21, "IQ3_S"},   {22, "IQ2_S"},  {23, "IQ4_XS"},  {24, "I8"},
    {25, "I16"},    {29, "IQ1_M"},   {34, "TQ1_0"},  {35, "TQ2_0"},   {40, "NVFP4"},
};

std::string typeName(uint32_t id) {
    const auto* found = std::ranges::find(kOtherTypes, id, &OtherType::id);
    return found == std::end(kOtherTypes) ? "type " + std::to_string(id) : found->name;
}

/// An entry of the tensor list.
struct Entry {
    StoredTensor tensor;
    uint64_t offset = 0;
    uint64_t bytes = 0;
};

class HeaderReader {
public:
    HeaderReader(std::span<const std::byte> file, const std::string& label)
        : m_file(file), m_label(label), m_cursor(file) {}

    core::Result<GgufHeader> read() {
        CORE_TRY(readCounts());
        std::string problem;
        GgufHeader header;
        header.metadata = readGgufMetadata(m_cursor, m_keyCount, problem);
        if (!problem.empty())
            return corrupt(problem);
        CORE_ASSIGN(const uint64_t alignment, alignmentOf(header.metadata));
        CORE_ASSIGN(std::vector<Entry> entries, readEntries(alignment));
        CORE_TRY(placeData(entries, alignment));
        for (Entry& entry : entries)
            header.tensors.push_back(std::move(entry.tensor));
        return header;
    }

private:
    Error corrupt(const std::string& what) const {
        return {ErrorCode::DataCorrupt, "The GGUF file is damaged: " + what, m_label};
    }
    Error unsupported(const std::string& what) const {
        return {ErrorCode::Unsupported, what, m_label};
    }

    core::Status readCounts() {
        for (const char letter : kGgufMagic) {
            if (m_cursor.number<char>() != letter)
                return corrupt("it does not begin with \"GGUF\"");
        }
        const uint32_t version = m_cursor.number<uint32_t>();
        m_tensorCount = m_cursor.number<uint64_t>();
        m_keyCount = m_cursor.number<uint64_t>();
        if (m_cursor.failed())
            return corrupt("it ends within its first 24 bytes");
        if (version == 0)
            return corrupt("its version is 0");
        if (version == 1 || (version & 0xffff) == 0)
            return unsupported(version == 1 ? "GGUF version 1 is too old; convert the model again"
                                            : "This GGUF file is big-endian; Hearth reads "
                                              "little-endian ones");
        if (version > kGgufVersion)
            return unsupported("GGUF version " + std::to_string(version) +
                               " is newer than this Hearth; it reads versions 2 and 3");
        if (m_keyCount > std::min(kMaxKeys, m_cursor.left() / kSmallestKey))
            return corrupt("it claims " + std::to_string(m_keyCount) + " keys");
        if (m_tensorCount > std::min(kMaxTensors, m_cursor.left() / kSmallestTensor))
            return corrupt("it claims " + std::to_string(m_tensorCount) + " tensors");
        return {};
    }

    core::Result<uint64_t> alignmentOf(const GgufMetadata& metadata) const {
        const auto found = metadata.find("general.alignment");
        if (found == metadata.end())
            return kGgufAlignment;
        const int64_t* value = found->second.as<int64_t>();
        if (!value || *value < 8 || uint64_t(*value) > kMaxAlignment ||
            !std::has_single_bit(uint64_t(*value)))
            return corrupt("general.alignment must be a power of two from 8 to 1048576");
        return uint64_t(*value);
    }

    core::Result<std::vector<Entry>> readEntries(uint64_t alignment) {
        std::vector<Entry> entries;
        std::unordered_set<std::string> names;
        for (uint64_t i = 0; i < m_tensorCount; ++i) {
            CORE_ASSIGN(Entry entry, readEntry(i));
            if (!names.insert(entry.tensor.name).second)
                return corrupt("duplicate tensor " + entry.tensor.name);
            if (entry.offset % alignment != 0)
                return corrupt("tensor " + entry.tensor.name + " is not aligned");
            entries.push_back(std::move(entry));
        }
        return entries;
    }

    core::Result<Entry> readEntry(uint64_t index) {
        Entry entry;
        const std::string name = m_cursor.text(kMaxNameBytes);
        const uint32_t rank = m_cursor.number<uint32_t>();
        const std::string what = name.empty() ? "tensor " + std::to_string(index + 1)
                                              : "tensor " + core::printable(name);
        if (!m_cursor.failed() && (name.empty() || !core::isValidUtf8(name)))
            return corrupt(what + " has no valid name");
        if (!m_cursor.failed() && (rank < 1 || rank > kMaxRank))
            return corrupt(what + " has " + std::to_string(rank) + " dimensions");
        std::vector<uint64_t> dims;
        for (uint32_t d = 0; d < rank && !m_cursor.failed(); ++d)
            dims.push_back(m_cursor.number<uint64_t>());
        const uint32_t type = m_cursor.number<uint32_t>();
        entry.offset = m_cursor.number<uint64_t>();
        if (m_cursor.failed())
            return corrupt("it ends within " + what);
        entry.tensor.name = name;
        CORE_TRY(setType(entry, dims, type));
        return entry;
    }

    core::Status setType(Entry& entry, const std::vector<uint64_t>& dims, uint32_t id) const {
        const std::string what = "tensor " + core::printable(entry.tensor.name);
        const GgufTensorType* type = findGgufTensorType(id);
        if (!type)
            return unsupported("The GGUF file's " + what + " is stored as " + typeName(id) +
                               "; Hearth reads F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q4_K, Q5_K, Q6_K "
                               "and MXFP4");
        if (dims[0] % uint64_t(type->elements) != 0)
            return corrupt(what + " has rows of " + std::to_string(dims[0]) +
                           " elements, which is no multiple of " + type->name + "'s block");
        uint64_t bytes = uint64_t(type->bytes);
        uint64_t elements = 1;  // fits as well: a block has at least as many bytes as halves
        for (size_t d = 0; d < dims.size(); ++d) {
            const uint64_t blocks = d == 0 ? dims[0] / uint64_t(type->elements) : dims[d];
            if (dims[d] == 0 || __builtin_mul_overflow(bytes, blocks, &bytes) ||
                __builtin_mul_overflow(elements, dims[d], &elements) || bytes > m_file.size())
                return corrupt(what + " is larger than the file");
        }
        entry.bytes = bytes;
        entry.tensor.dtype = type->dtype;
        entry.tensor.codec = type->codec;
        entry.tensor.shape.assign(dims.rbegin(), dims.rend());
        return {};
    }

    /// Gives the tensors their bytes.
    core::Status placeData(std::vector<Entry>& entries, uint64_t alignment) const {
        const uint64_t start = (m_cursor.position() + alignment - 1) / alignment * alignment;
        const uint64_t size = m_file.size() > start ? m_file.size() - start : 0;
        std::vector<const Entry*> order;
        for (Entry& entry : entries) {
            if (entry.offset > size || entry.bytes > size - entry.offset)
                return corrupt("tensor " + core::printable(entry.tensor.name) +
                               " lies beyond the end of the file");
            entry.tensor.bytes = m_file.subspan(start + entry.offset, entry.bytes);
            order.push_back(&entry);
        }
        std::ranges::sort(order, {}, &Entry::offset);
        for (size_t i = 1; i < order.size(); ++i) {
            if (order[i]->offset - order[i - 1]->offset < order[i - 1]->bytes)
                return corrupt("tensors " + core::printable(order[i - 1]->tensor.name) + " and " +
                               core::printable(order[i]->tensor.name) + " overlap");
        }
        return {};
    }

    std::span<const std::byte> m_file;
    const std::string& m_label;
    GgufCursor m_cursor;
    uint64_t m_tensorCount = 0;
    uint64_t m_keyCount = 0;
};

}  // namespace

core::Result<GgufHeader> readGgufHeader(std::span<const std::byte> file, const std::string& label) {
    return HeaderReader(file, label).read();
}

}  // namespace hearth::engine
