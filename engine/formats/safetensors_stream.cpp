#include "engine/formats/safetensors_stream.h"

#include <algorithm>

#include "engine/formats/safetensors_header.h"

namespace hearth::engine {
namespace {

constexpr int64_t kPieceElements = 1 << 20;
// Packed weights are read in panels of so many rows.
constexpr int64_t kRowsAtOnce = 32;

class Stream {
public:
    explicit Stream(const std::function<bool(std::span<const std::byte>)>& take) : m_take(take) {}

    core::Status send(std::span<const std::byte> bytes) {
        if (m_take(bytes))
            return {};
        return core::Error{core::ErrorCode::Cancelled, "the export was ended", ""};
    }

    core::Status send(const StoredTensor& tensor, DType type) {
        const int64_t rows = tensor.rows(), columns = tensor.columns();
        const int64_t step =
            std::max<int64_t>(1, kPieceElements / columns / kRowsAtOnce) * kRowsAtOnce;
        for (int64_t row = 0; row < rows; row += step) {
            const int64_t end = std::min(rows, row + step);
            m_values.resize(size_t((end - row) * columns));
            tensor.readRows(row, end, m_values.data());
            CORE_TRY(send(std::span<const float>(m_values), type));
        }
        return {};
    }

private:
    core::Status send(std::span<const float> values, DType type) {
        if (type == DType::F32)
            return send(std::as_bytes(values));
        m_halves.resize(values.size());
        std::ranges::transform(values, m_halves.begin(), toBf16);
        return send(std::as_bytes(std::span<const uint16_t>(m_halves)));
    }

    const std::function<bool(std::span<const std::byte>)>& m_take;
    std::vector<float> m_values;
    std::vector<uint16_t> m_halves;
};

}  // namespace

core::Status streamSafetensors(const WeightSource& weights,
                               const std::function<DType(const std::string&)>& typeOf,
                               const std::function<bool(std::span<const std::byte>)>& take) {
    std::vector<TensorLayout> layouts;
    for (const std::string& name : weights.names())
        layouts.push_back({name, typeOf(name), weights.find(name)->shape});
    Stream stream(take);
    const std::string header = writeSafetensorsHeader(layouts);
    CORE_TRY(stream.send(std::as_bytes(std::span(header))));
    try {
        for (const TensorLayout& layout : layouts)
            CORE_TRY(stream.send(*weights.find(layout.name), layout.dtype));
    } catch (const core::Exception& e) {
        return e.error();
    }
    return {};
}

}  // namespace hearth::engine
