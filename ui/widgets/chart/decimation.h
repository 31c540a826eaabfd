// A million points on a thousand pixels without losing a single peak.
#pragma once
#include <vector>

#include "ui/widgets/chart/axis.h"
#include "ui/widgets/chart/series_data.h"

namespace hearth::ui {

/// What one column of pixels shows of a curve. Columns without points are left out.
struct Column {
    int index = 0;  // -1 and `columns` hold the neighbours just outside the range
    QPointF first;  // y NaN where a gap begins or ends
    QPointF last;
    double low = 0;
    double high = 0;
};

/// The points of `x` in `columns` equal columns; O(columns * log n). The last column takes the
/// range's high end too. With `positiveOnly` (logarithmic axes) values of zero and less are gaps.
std::vector<Column> decimate(const SeriesData& data, Range x, int columns, bool positiveOnly);

/// Lowest and highest within the range, in O(log n).
Extremes extremesWithin(const SeriesData& data, Range x);

}  // namespace hearth::ui
