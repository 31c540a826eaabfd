#include "engine/models/packed_store.h"

#include "engine/models/weight_guard.h"

namespace hearth::engine {
namespace {

class PackedStore : public WeightStore {
public:
    PackedStore(Backend& backend, std::shared_ptr<PackedFile> file)
        : m_backend(backend), m_file(std::move(file)) {}

    bool has(const std::string& tensor) const override {
        return m_file->header().weights.contains(tensor);
    }
    std::vector<int64_t> shapeOf(const std::string& tensor) const override {
        const auto found = m_file->header().weights.find(tensor);
        CORE_ASSERT(found != m_file->header().weights.end());
        return found->second;
    }

    Tensor matrix(const FusedWeight& weight) override {
        const PackedTensor& entry = find(PackedKind::Matrix, weight.key);
        if (entry.shape != weight.shape() || entry.role != weightRoleName(weight.role))
            mismatch("has another shape or role", weight.key);
        return m_backend.adopt(entry.dtype, entry.shape, bytesOf(entry), m_file);
    }
    Tensor vector(const std::vector<std::string>& tensors, int64_t groups) override {
        const PackedTensor& entry = find(PackedKind::Vector, tensors.front());
        if ((groups > 0 && (entry.shape.size() != 2 || entry.shape[0] != groups)) ||
            (groups == 0 && entry.shape.size() != 1))
            mismatch("has another shape", entry.key);
        // Copied: vectors are small, and ops take them from the backend's own memory.
        const Tensor out = m_backend.allocate(entry.dtype, entry.shape);
        m_backend.upload(out, bytesOf(entry));
        return out;
    }
    Tensor table(const std::string& tensor) override {
        const PackedTensor& entry = find(PackedKind::Table, tensor);
        if (entry.shape != shapeOf(tensor))
            mismatch("has another shape", tensor);
        return m_backend.adoptRows(entry.dtype, entry.shape, bytesOf(entry), m_file);
    }
    int64_t bytes() const override { return m_bytes; }

private:
    const PackedTensor& find(PackedKind kind, const std::string& key) const {
        const PackedTensor* entry = m_file->find(kind, key);
        if (!entry)
            mismatch("is missing", key);
        return *entry;
    }
    std::span<const std::byte> bytesOf(const PackedTensor& entry) {
        m_bytes += int64_t(entry.bytes);
        return m_file->bytes(entry).valueOrThrow();
    }
    [[noreturn]] void mismatch(const std::string& what, const std::string& key) const {
        throw core::Exception({core::ErrorCode::DataCorrupt,
                               "The packed model does not fit its config: " + key + " " + what +
                                   ". Import the model again",
                               m_file->path().string()});
    }

    Backend& m_backend;
    std::shared_ptr<PackedFile> m_file;
    int64_t m_bytes = 0;

protected:
    const std::shared_ptr<PackedFile>& file() const { return m_file; }
};

class GuardedStore final : public PackedStore {
public:
    using PackedStore::PackedStore;
    std::shared_ptr<const WeightGuard> guard() override {
        return std::make_shared<WeightGuard>(file());
    }
};

}  // namespace

std::unique_ptr<WeightStore> packedStore(Backend& backend, std::shared_ptr<PackedFile> file) {
    return std::make_unique<PackedStore>(backend, std::move(file));
}

std::unique_ptr<WeightStore> guardedStore(Backend& backend, std::shared_ptr<PackedFile> file) {
    return std::make_unique<GuardedStore>(backend, std::move(file));
}

}  // namespace hearth::engine
