#include <algorithm>

#include "engine/models/packed_store.h"
#include "engine/models/panel_packer.h"

namespace hearth::engine {
namespace {

/// Behind tensors that nobody will compute with.
class NoBuffer final : public Buffer {};

/// What planning and packing share: the entry of each weight that the model asks for.
class EntryStore : public WeightStore {
public:
    EntryStore(const WeightSource& weights, const PackRecipe& recipe)
        : m_weights(weights), m_recipe(recipe) {}

    bool has(const std::string& tensor) const override { return m_weights.find(tensor) != nullptr; }
    std::vector<int64_t> shapeOf(const std::string& tensor) const override {
        return stored(tensor).shape;
    }

    Tensor matrix(const FusedWeight& weight) override {
        PackedTensor entry{.kind = PackedKind::Matrix,
                           .key = weight.key,
                           .role = weightRoleName(weight.role),
                           .dtype = m_recipe.matrixType(weight.role, commonType(weight)),
                           .shape = weight.shape()};
        return take(std::move(entry), [&](DType dtype, const ByteSink& sink) {
            return packMatrix(m_weights, weight, dtype, sink);
        });
    }
    Tensor vector(const std::vector<std::string>& tensors, int64_t groups) override {
        std::vector<float> values;
        for (const std::string& tensor : tensors) {
            const std::vector<float> part = stored(tensor).toFloats();
            values.insert(values.end(), part.begin(), part.end());
        }
        const auto count = int64_t(values.size());
        PackedTensor entry{.kind = PackedKind::Vector,
                           .key = tensors.front(),
                           .role = "",
                           .dtype = DType::F32,
                           .shape = groups > 0 ? std::vector<int64_t>{groups, count / groups}
                                               : std::vector<int64_t>{count}};
        return take(std::move(entry), [&](DType, const ByteSink& sink) {
            sink(std::as_bytes(std::span(values)));
            return PackedError{};
        });
    }
    Tensor table(const std::string& name) override {
        const StoredTensor& tensor = stored(name);
        const DType common = tensor.codec == Codec::Plain ? tensor.dtype : DType::F32;
        PackedTensor entry{.kind = PackedKind::Table,
                           .key = name,
                           .role = weightRoleName(WeightRole::Embedding),
                           .dtype = m_recipe.tableType(float16Or32(common)),
                           .shape = tensor.shape};
        return take(std::move(entry), [&](DType dtype, const ByteSink& sink) {
            return packTable(tensor, dtype, sink);
        });
    }
    int64_t bytes() const override { return m_bytes; }

protected:
    using Pack = std::function<PackedError(DType dtype, const ByteSink& sink)>;
    virtual void put(PackedTensor entry, const Pack& pack) = 0;

private:
    const StoredTensor& stored(const std::string& name) const {
        const StoredTensor* tensor = m_weights.find(name);
        CORE_ASSERT(tensor);
        return *tensor;
    }

    static DType float16Or32(DType dtype) {
        return dtype == DType::BF16 || dtype == DType::F16 ? dtype : DType::F32;
    }

    DType commonType(const FusedWeight& weight) const {
        const DType first = stored(weight.pieces.front().tensor).dtype;
        for (const WeightPiece& piece : weight.pieces) {
            const StoredTensor& part = stored(piece.tensor);
            if (part.dtype != first || part.codec != Codec::Plain)
                return DType::F32;
        }
        return float16Or32(first);
    }

    Tensor take(PackedTensor entry, const Pack& pack) {
        entry.bytes = packedTensorBytes(entry);
        m_bytes += int64_t(entry.bytes);
        Tensor tensor(std::make_shared<NoBuffer>(), entry.dtype, entry.shape,
                      entry.kind == PackedKind::Matrix ? Layout::Packed : Layout::RowMajor);
        put(std::move(entry), pack);
        return tensor;
    }

    const WeightSource& m_weights;
    const PackRecipe& m_recipe;
    int64_t m_bytes = 0;
};

class PlanningStore final : public EntryStore {
public:
    PlanningStore(const WeightSource& weights, const PackRecipe& recipe,
                  std::vector<PackedTensor>& plan)
        : EntryStore(weights, recipe), m_plan(plan) {}

private:
    void put(PackedTensor entry, const Pack&) override { m_plan.push_back(std::move(entry)); }

    std::vector<PackedTensor>& m_plan;
};

class PackingStore final : public EntryStore {
public:
    PackingStore(PackedFileWriter& writer, const WeightSource& weights, const PackRecipe& recipe,
                 std::function<bool(uint64_t)> written)
        : EntryStore(weights, recipe),
          m_writer(writer),
          m_kept(writer.tensors().size()),
          m_written(std::move(written)) {}

private:
    void put(PackedTensor entry, const Pack& pack) override {
        const size_t index = m_index++;
        if (index < m_kept) {
            const PackedTensor& kept = m_writer.tensors()[index];
            CORE_ASSERT(kept.key == entry.key && kept.kind == entry.kind);
            return report(kept.bytes);
        }
        const DType dtype = entry.dtype;
        m_writer.begin(std::move(entry)).orThrow();
        const PackedError error = pack(dtype, [&](std::span<const std::byte> bytes) {
            m_writer.append(bytes).orThrow();
            report(bytes.size());
        });
        m_writer.end(error).orThrow();
    }

    void report(uint64_t bytes) {
        if (!m_written(bytes))
            throw core::Exception({core::ErrorCode::Cancelled, "the import was cancelled", ""});
    }

    PackedFileWriter& m_writer;
    size_t m_kept;  // tensors of an interrupted import
    size_t m_index = 0;
    std::function<bool(uint64_t)> m_written;
};

}  // namespace

std::unique_ptr<WeightStore> planningStore(const WeightSource& weights, const PackRecipe& recipe,
                                           std::vector<PackedTensor>& plan) {
    return std::make_unique<PlanningStore>(weights, recipe, plan);
}

std::unique_ptr<WeightStore> packingStore(PackedFileWriter& writer, const WeightSource& weights,
                                          const PackRecipe& recipe,
                                          std::function<bool(uint64_t bytes)> written) {
    return std::make_unique<PackingStore>(writer, weights, recipe, std::move(written));
}

}  // namespace hearth::engine
