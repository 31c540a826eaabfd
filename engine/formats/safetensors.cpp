#include <unordered_map>

#include "engine/formats/mapped_file.h"
#include "engine/formats/safetensors_header.h"
#include "engine/formats/weight_source.h"

namespace hearth::engine {
namespace {

/// Tensors of one file. Bytes: MappedFile or a vector.
template <typename Bytes>
class SafetensorsSource : public WeightSource {
public:
    explicit SafetensorsSource(Bytes bytes) : m_bytes(std::move(bytes)) {}

    core::Status readHeader(const std::string& label) {
        CORE_ASSIGN(m_tensors, readSafetensorsHeader(view(), label));
        for (size_t i = 0; i < m_tensors.size(); ++i)
            m_index.emplace(m_tensors[i].name, i);
        return {};
    }

    std::vector<std::string> names() const override {
        std::vector<std::string> out;
        out.reserve(m_tensors.size());
        for (const StoredTensor& tensor : m_tensors)
            out.push_back(tensor.name);
        return out;
    }
    const StoredTensor* find(const std::string& name) const override {
        const auto found = m_index.find(name);
        return found == m_index.end() ? nullptr : &m_tensors[found->second];
    }

private:
    std::span<const std::byte> view() const {
        if constexpr (std::is_same_v<Bytes, MappedFile>)
            return m_bytes.bytes();
        else
            return m_bytes;
    }

    Bytes m_bytes;
    std::vector<StoredTensor> m_tensors;
    std::unordered_map<std::string, size_t> m_index;
};

template <typename Bytes>
core::Result<std::unique_ptr<WeightSource>> makeSource(Bytes bytes, const std::string& label) {
    auto source = std::make_unique<SafetensorsSource<Bytes>>(std::move(bytes));
    CORE_TRY(source->readHeader(label));
    return std::unique_ptr<WeightSource>(std::move(source));
}

}  // namespace

core::Result<std::unique_ptr<WeightSource>> openSafetensors(const std::filesystem::path& file) {
    auto mapped = MappedFile::open(file);
    if (!mapped)
        return mapped.error();
    CORE_TRY(mapped->loadAll());
    return makeSource(std::move(*mapped), file.string());
}

core::Result<std::unique_ptr<WeightSource>> parseSafetensors(std::vector<std::byte> bytes,
                                                             const std::string& label) {
    return makeSource(std::move(bytes), label);
}

}  // namespace hearth::engine
