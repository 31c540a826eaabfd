#include "engine/models/weight_loader.h"

#include <cstring>

#include "engine/ops/ops.h"

namespace hearth::engine {
namespace {

/// Copies kv_b's rows [begin, begin + count) of every head; transposed: [heads, lora, count].
std::vector<std::byte> headRows(const StoredTensor& kv_b, const LinearTarget::HeadSplit& split,
                                int64_t begin, int64_t count, bool transposed) {
    const int64_t lora = kv_b.shape[1], perHead = split.nope + split.v;
    const auto width = size_t(dtypeSize(kv_b.dtype));
    std::vector<std::byte> out(size_t(split.heads * count * lora) * width);
    for (int64_t h = 0; h < split.heads; ++h) {
        for (int64_t row = 0; row < count; ++row) {
            for (int64_t column = 0; column < lora; ++column) {
                const int64_t from = (h * perHead + begin + row) * lora + column;
                const int64_t to =
                    h * count * lora + (transposed ? column * count + row : row * lora + column);
                std::memcpy(&out[size_t(to) * width], &kv_b.bytes[size_t(from) * width], width);
            }
        }
    }
    return out;
}

}  // namespace

const StoredTensor& WeightLoader::stored(const std::string& name) const {
    const StoredTensor* tensor = m_source.find(name);
    CORE_ASSERT(tensor);
    return *tensor;
}

DType WeightLoader::commonType(const std::vector<const StoredTensor*>& parts) const {
    for (const StoredTensor* part : parts) {
        if (part->dtype != parts.front()->dtype)
            return DType::F32;
    }
    return parts.front()->dtype;
}

void WeightLoader::uploadAs(DType dtype, const StoredTensor& part, const Tensor& target) {
    if (part.dtype == dtype) {
        m_backend.upload(target, part.bytes);
        return;
    }
    CORE_ASSERT(dtype == DType::F32);
    const std::vector<float> values = part.toFloats();
    m_backend.upload(target, std::as_bytes(std::span(values)));
}

Tensor WeightLoader::counted(Tensor tensor) {
    m_bytes += tensor.size() * dtypeSize(tensor.dtype());
    return tensor;
}

Tensor WeightLoader::packed(const Tensor& rowMajor) {
    return counted(ops::pack(m_backend, rowMajor));
}

Tensor WeightLoader::vector(const std::string& name) {
    const StoredTensor& part = stored(name);
    const Tensor target = allocate(m_backend, DType::F32, {part.shape[0]});
    uploadAs(DType::F32, part, target);
    return counted(target);
}

Tensor WeightLoader::table(const std::string& name) {
    const StoredTensor& part = stored(name);
    const Tensor target = m_backend.allocate(part.dtype, part.shape);
    uploadAs(part.dtype, part, target);
    return counted(target);
}

Tensor WeightLoader::matrix(const std::string& name) {
    const StoredTensor& part = stored(name);
    const Tensor target = m_backend.allocate(part.dtype, part.shape);
    uploadAs(part.dtype, part, target);
    return packed(target);
}

Linear WeightLoader::registered(Tensor weight, LinearTarget target) {
    m_targets.push_back(std::move(target));
    return {.weight = std::move(weight), .id = int(m_targets.size()) - 1};
}

Linear WeightLoader::linear(const std::vector<std::string>& modules, bool optionalForAdapters) {
    std::vector<const StoredTensor*> parts;
    LinearTarget target{.parts = {}, .optional = optionalForAdapters, .absorb = {}};
    int64_t rows = 0;
    for (const std::string& module : modules) {
        parts.push_back(&stored(module + ".weight"));
        const int64_t end = rows + parts.back()->shape[0];
        target.parts.push_back({.module = module, .leaf = "", .begin = rows, .end = end});
        rows = end;
    }
    target.in = parts.front()->shape[1];
    const DType dtype = commonType(parts);
    const Tensor whole = allocate(m_backend, dtype, {rows, target.in});
    for (size_t i = 0; i < parts.size(); ++i)
        uploadAs(dtype, *parts[i], whole.rows(target.parts[i].begin, target.parts[i].end));
    return registered(packed(whole), std::move(target));
}

Linear WeightLoader::experts(const std::string& prefix, int64_t count,
                             const std::vector<std::string>& leaves, bool optionalForAdapters) {
    LinearTarget target{
        .parts = {}, .experts = count, .optional = optionalForAdapters, .absorb = {}};
    int64_t rows = 0;
    std::vector<const StoredTensor*> parts;
    for (const std::string& leaf : leaves) {
        for (int64_t e = 0; e < count; ++e)
            parts.push_back(&stored(prefix + std::to_string(e) + leaf + ".weight"));
        const int64_t end = rows + parts.back()->shape[0];
        target.parts.push_back({.module = prefix, .leaf = leaf, .begin = rows, .end = end});
        rows = end;
    }
    target.in = parts.front()->shape[1];
    const DType dtype = commonType(parts);
    const Tensor whole = allocate(m_backend, dtype, {count, rows, target.in});
    for (size_t i = 0; i < parts.size(); ++i) {
        const LinearTarget::Part& part = target.parts[i / size_t(count)];
        uploadAs(dtype, *parts[i], whole.at(int64_t(i) % count).rows(part.begin, part.end));
    }
    return registered(packed(whole), std::move(target));
}

WeightLoader::Absorbed WeightLoader::absorbed(const Linear& kv_b,
                                              const LinearTarget::HeadSplit& split) {
    LinearTarget& target = m_targets[size_t(kv_b.id)];
    target.absorb = split;
    const StoredTensor& part = stored(target.parts.front().module + ".weight");
    const int64_t lora = part.shape[1];
    const Tensor k = allocate(m_backend, part.dtype, {split.heads, lora, split.nope});
    m_backend.upload(k, headRows(part, split, 0, split.nope, true));
    const Tensor v = allocate(m_backend, part.dtype, {split.heads, split.v, lora});
    m_backend.upload(v, headRows(part, split, split.nope, split.v, false));
    return {packed(k), packed(v)};
}

}  // namespace hearth::engine
