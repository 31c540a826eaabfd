#include "engine/models/packed_weights.h"

#include <algorithm>
#include <map>

#include "engine/models/decoder_builder.h"
#include "engine/models/weight_store.h"
#include "engine/ops/packed_layout.h"
#include "engine/ops/quantise.h"

namespace hearth::engine {
namespace {

/// Rows [begin, end) of a tensor, as outputs of one group of a packed matrix.
struct Slice {
    int64_t begin = 0;
    int64_t end = 0;
    const PackedTensor* matrix = nullptr;
    int64_t group = 0;
    int64_t output = 0;  // of row `begin`
};

class PackedRows final : public ComputedRows {
public:
    PackedRows(std::shared_ptr<PackedFile> file, std::vector<Slice> slices)
        : m_file(std::move(file)), m_slices(std::move(slices)) {}

    void readRows(int64_t begin, int64_t end, float* out) const override {
        while (begin < end) {
            const Slice& slice = *std::ranges::find_if(
                m_slices, [&](const Slice& s) { return s.begin <= begin && begin < s.end; });
            const int64_t count = readPanel(slice, begin, end, out);
            out += count * depthOf(slice);
            begin += count;
        }
    }

private:
    static int64_t depthOf(const Slice& slice) { return slice.matrix->shape.back(); }

    /// The rows from `begin` on that share a panel; returns their number.
    int64_t readPanel(const Slice& slice, int64_t begin, int64_t end, float* out) const {
        const PackedTensor& matrix = *slice.matrix;
        const int64_t depth = depthOf(slice);
        const int64_t outputs = matrix.shape[matrix.shape.size() - 2];
        const int64_t output = slice.output + begin - slice.begin;
        const int64_t first = output % kPanelOutputs;
        const int64_t count = std::min({kPanelOutputs - first, end - begin, slice.end - begin});
        const std::byte* panel = m_file->bytes(matrix).valueOrThrow().data() +
                                 packedBytes(matrix.dtype, slice.group, outputs, depth) +
                                 output / kPanelOutputs * panelBytes(matrix.dtype, depth);
        if (first == 0) {
            unpackPanel(matrix.dtype, panel, count, depth, out, depth);
            return count;
        }
        std::vector<float> rows(size_t((first + count) * depth));
        unpackPanel(matrix.dtype, panel, first + count, depth, rows.data(), depth);
        std::copy(rows.begin() + first * depth, rows.end(), out);
        return count;
    }

    std::shared_ptr<PackedFile> m_file;
    std::vector<Slice> m_slices;
};

/// Where the builder's weights lie in the file, asked for as when the file was written.
class PlaceRecorder final : public WeightStore {
public:
    explicit PlaceRecorder(PackedFile& file) : m_file(file) {}

    bool has(const std::string& tensor) const override {
        return m_file.header().weights.contains(tensor);
    }
    std::vector<int64_t> shapeOf(const std::string& tensor) const override {
        const auto found = m_file.header().weights.find(tensor);
        CORE_ASSERT(found != m_file.header().weights.end());
        return found->second;
    }

    Tensor matrix(const FusedWeight& weight) override {
        const PackedTensor& entry = find(PackedKind::Matrix, weight.key);
        if (entry.shape != weight.shape())
            missing(weight.key);
        const size_t groups = size_t(std::max<int64_t>(1, weight.groups));
        const size_t each = weight.pieces.size() / groups;
        // A transposed weight repeats one that is there upright.
        for (size_t i = 0; i < weight.pieces.size() && !weight.transposed; ++i) {
            const WeightPiece& piece = weight.pieces[i];
            if (i % each == 0)
                m_output = 0;
            slices[piece.tensor].push_back(
                {piece.begin, piece.end, &entry, int64_t(i / each), m_output});
            m_output += piece.end - piece.begin;
        }
        return handle(entry.dtype, entry.shape, Layout::Packed);
    }
    Tensor vector(const std::vector<std::string>& tensors, int64_t) override {
        const PackedTensor& entry = find(PackedKind::Vector, tensors.front());
        std::span<const std::byte> rest = m_file.bytes(entry).valueOrThrow();
        for (const std::string& tensor : tensors) {
            const size_t bytes = size_t(elements(shapeOf(tensor))) * sizeof(float);
            if (rest.size() < bytes)
                missing(tensor);
            vectors[tensor] = rest.first(bytes);
            rest = rest.subspan(bytes);
        }
        return handle(entry.dtype, entry.shape, Layout::RowMajor);
    }
    Tensor table(const std::string& tensor) override {
        tables[tensor] = &find(PackedKind::Table, tensor);
        return handle(tables[tensor]->dtype, tables[tensor]->shape, Layout::RowMajor);
    }
    int64_t bytes() const override { return 0; }

    std::map<std::string, std::vector<Slice>> slices;
    std::map<std::string, std::span<const std::byte>> vectors;
    std::map<std::string, const PackedTensor*> tables;

private:
    class NoBuffer final : public Buffer {};

    static int64_t elements(const std::vector<int64_t>& shape) {
        int64_t count = 1;
        for (const int64_t size : shape)
            count *= size;
        return count;
    }
    static Tensor handle(DType dtype, const std::vector<int64_t>& shape, Layout layout) {
        return Tensor(std::make_shared<NoBuffer>(), dtype, shape, layout);
    }
    const PackedTensor& find(PackedKind kind, const std::string& key) const {
        const PackedTensor* entry = m_file.find(kind, key);
        if (!entry)
            missing(key);
        return *entry;
    }
    [[noreturn]] void missing(const std::string& key) const {
        throw core::Exception({core::ErrorCode::DataCorrupt,
                               "The packed model does not fit its config: " + key +
                                   " is missing or has another shape. Import the model again",
                               m_file.path().string()});
    }

    PackedFile& m_file;
    int64_t m_output = 0;
};

class PackedWeights final : public WeightSource {
public:
    PackedWeights(std::shared_ptr<PackedFile> file, PlaceRecorder places) : m_file(file) {
        for (const auto& [name, bytes] : places.vectors)
            add({.name = name, .shape = shapeOf(name), .bytes = bytes});
        for (auto& [name, slices] : places.slices)
            add({.name = name,
                 .shape = shapeOf(name),
                 .computed = std::make_shared<const PackedRows>(file, std::move(slices))});
        // A table is as exact as the file has it; an output tied to it may be coarser.
        for (const auto& [name, table] : places.tables)
            add({.name = name,
                 .dtype = table->dtype,
                 .shape = table->shape,
                 .bytes = file->bytes(*table).valueOrThrow()});
    }

    std::vector<std::string> names() const override {
        std::vector<std::string> names;
        for (const auto& [name, tensor] : m_tensors)
            names.push_back(name);
        return names;
    }
    const StoredTensor* find(const std::string& name) const override {
        const auto found = m_tensors.find(name);
        return found == m_tensors.end() ? nullptr : &found->second;
    }

private:
    std::vector<int64_t> shapeOf(const std::string& name) const {
        return m_file->header().weights.at(name);
    }
    void add(StoredTensor tensor) { m_tensors.insert_or_assign(tensor.name, std::move(tensor)); }

    std::shared_ptr<PackedFile> m_file;
    std::map<std::string, StoredTensor> m_tensors;
};

}  // namespace

core::Result<ModelConfig> packedConfig(const PackedFile& file) {
    const PackedHeader& header = file.header();
    auto config = parseModelConfig(header.config, header.generation_config);
    if (!config)
        return core::Error{config.error().code, config.error().message, file.path().string()};
    const std::string prefix = "model.layers." + std::to_string(config->num_hidden_layers) + ".";
    const auto first = header.weights.lower_bound(prefix);
    if (first == header.weights.end() || !first->first.starts_with(prefix))
        config->num_nextn_predict_layers = 0;
    return config;
}

core::Result<std::unique_ptr<WeightSource>> packedWeights(std::shared_ptr<PackedFile> file) {
    CORE_ASSIGN(const ModelConfig config, packedConfig(*file));
    try {
        PlaceRecorder places(*file);
        buildDecoderWeights(config, places, true);
        return std::unique_ptr<WeightSource>(
            std::make_unique<PackedWeights>(std::move(file), std::move(places)));
    } catch (const core::Exception& e) {
        return e.error();
    }
}

}  // namespace hearth::engine
