#include "engine/formats/gguf.h"

#include <unordered_map>

#include "engine/formats/gguf_header.h"
#include "engine/formats/mapped_file.h"

namespace hearth::engine {
namespace {

std::span<const std::byte> view(const MappedFile& file) {
    return file.bytes();
}
std::span<const std::byte> view(const std::vector<std::byte>& bytes) {
    return bytes;
}

/// Bytes: MappedFile or a vector.
template <typename Bytes>
class GgufBytes : public GgufFile {
public:
    GgufBytes(Bytes bytes, std::string label)
        : m_bytes(std::move(bytes)), m_label(std::move(label)) {}

    core::Status readHeader() {
        CORE_ASSIGN(m_header, readGgufHeader(view(m_bytes), m_label));
        for (size_t i = 0; i < m_header.tensors.size(); ++i)
            m_index.emplace(m_header.tensors[i].name, i);
        return {};
    }

    const GgufMetadata& metadata() const override { return m_header.metadata; }
    const std::string& label() const override { return m_label; }
    std::vector<std::string> names() const override {
        std::vector<std::string> out;
        out.reserve(m_header.tensors.size());
        for (const StoredTensor& tensor : m_header.tensors)
            out.push_back(tensor.name);
        return out;
    }
    const StoredTensor* find(const std::string& name) const override {
        const auto found = m_index.find(name);
        return found == m_index.end() ? nullptr : &m_header.tensors[found->second];
    }

private:
    Bytes m_bytes;
    std::string m_label;
    GgufHeader m_header;
    std::unordered_map<std::string, size_t> m_index;
};

template <typename Bytes>
core::Result<std::unique_ptr<GgufFile>> makeFile(Bytes bytes, const std::string& label) {
    auto file = std::make_unique<GgufBytes<Bytes>>(std::move(bytes), label);
    CORE_TRY(file->readHeader());
    return std::unique_ptr<GgufFile>(std::move(file));
}

}  // namespace

core::Result<std::unique_ptr<GgufFile>> openGguf(const std::filesystem::path& file) {
    auto mapped = MappedFile::open(file);
    if (!mapped)
        return mapped.error();
    CORE_TRY(mapped->loadAll());
    return makeFile(std::move(*mapped), file.string());
}

core::Result<std::unique_ptr<GgufFile>> parseGguf(std::vector<std::byte> bytes,
                                                  const std::string& label) {
    return makeFile(std::move(bytes), label);
}

}  // namespace hearth::engine
