#include "engine/models/weight_view.h"

namespace hearth::engine {
namespace {

/// The bytes of one entry of dimension 0, or all.
std::span<const std::byte> entryOf(std::span<const std::byte> bytes, const StoredPlace& place) {
    if (place.entry < 0)
        return bytes;
    const size_t size = bytes.size() / size_t(place.shape[0]);
    return bytes.subspan(size_t(place.entry) * size, size);
}

/// Counted from the end of place.shape: the dimension of rows (of a vector, of elements).
int rowDimension(const StoredTensor& view, const StoredPlace& place) {
    if (place.transposed || view.shape.size() == 1)
        return 1;
    return place.mxfp4 ? 3 : 2;
}

void useScales(StoredTensor& view, const FoundTensor& found) {
    view.dtype = DType::F32;
    view.codec = found.place.mxfp4 ? Codec::Mxfp4 : Codec::Fp8Block;
    view.scales = entryOf(found.scales->bytes, found.place);
    view.scale_columns = found.place.mxfp4 ? 0 : found.scales->shape.back();
}

}  // namespace

WeightViews::RowOrder WeightViews::rowOrder(int64_t begin, int64_t step, int64_t count) {
    RowOrder& order = m_orders[{begin, step, count}];
    if (!order) {
        std::vector<int32_t> rows;
        rows.reserve(size_t(count));
        for (int64_t i = 0; i < count; ++i)
            rows.push_back(int32_t(begin + i * step));
        order = std::make_shared<const std::vector<int32_t>>(std::move(rows));
    }
    return order;
}

/// Neighbouring rows are cut out of the bytes, so that the view stays plain; not where the bytes of
/// a row lie apart, or where its number says which scale is its own.
void WeightViews::pickRows(StoredTensor& view, const StoredPlace& place) {
    const int64_t entryRows = *(place.shape.end() - rowDimension(view, place));
    if (entryRows == view.shape[0])
        return;
    const bool cut = place.row_step == 1 && !place.transposed && view.scales.empty();
    if (!cut) {
        view.row_order = rowOrder(place.row_begin, place.row_step, view.shape[0]);
        return;
    }
    const size_t rowBytes = view.bytes.size() / size_t(entryRows);
    view.bytes =
        view.bytes.subspan(size_t(place.row_begin) * rowBytes, size_t(view.shape[0]) * rowBytes);
}

StoredTensor WeightViews::view(const TensorSpec& spec, const FoundTensor& found) {
    StoredTensor view = *found.stored;
    view.name = spec.name;
    view.shape = spec.shape;
    view.bytes = entryOf(view.bytes, found.place);
    if (found.scales)
        useScales(view, found);
    if (found.place.transposed)
        view.transposed = true;
    pickRows(view, found.place);
    return view;
}

}  // namespace hearth::engine
