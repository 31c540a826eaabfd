#include "ui/widgets/chart/decimation.h"

#include <optional>

namespace hearth::ui {
namespace {

struct Reader {
    const SeriesData& data;
    bool positiveOnly;

    QPointF point(size_t i) const {
        const QPointF p = data.at(i);
        const bool gap = positiveOnly && !(p.y() > 0);
        return gap ? QPointF(p.x(), std::numeric_limits<double>::quiet_NaN()) : p;
    }

    std::optional<Column> column(int index, size_t begin, size_t end) const {
        if (begin >= end)
            return std::nullopt;
        const Extremes found = data.extremes(begin, end);
        const double low = positiveOnly ? found.lowestPositive : found.lowest;
        if (low > found.highest)  // nothing but gaps: kept, so that its neighbours do not join
            return Column{.index = index,
                          .first = gapAt(begin),
                          .last = gapAt(begin),
                          .low = std::numeric_limits<double>::quiet_NaN(),
                          .high = std::numeric_limits<double>::quiet_NaN()};
        return Column{.index = index,
                      .first = point(begin),
                      .last = point(end - 1),
                      .low = low,
                      .high = found.highest};
    }

private:
    QPointF gapAt(size_t i) const { return {data.x(i), std::numeric_limits<double>::quiet_NaN()}; }
};

}  // namespace

std::vector<Column> decimate(const SeriesData& data, Range x, int columns, bool positiveOnly) {
    const Reader reader{.data = data, .positiveOnly = positiveOnly};
    std::vector<Column> found;
    found.reserve(size_t(columns) + 2);
    const auto keep = [&](std::optional<Column> column) {
        if (column)
            found.push_back(*column);
    };
    size_t begin = data.firstFrom(x.low);
    if (begin > 0)
        keep(reader.column(-1, begin - 1, begin));
    for (int i = 0; i < columns; ++i) {
        const double edge = x.low + (i + 1) * x.width() / columns;
        const size_t end = i + 1 == columns ? data.firstAfter(x.high) : data.firstFrom(edge, begin);
        keep(reader.column(i, begin, std::max(begin, end)));
        begin = std::max(begin, end);
    }
    if (begin < data.size())
        keep(reader.column(columns, begin, begin + 1));
    return found;
}

Extremes extremesWithin(const SeriesData& data, Range x) {
    return data.extremes(data.firstFrom(x.low), data.firstAfter(x.high));
}

}  // namespace hearth::ui
