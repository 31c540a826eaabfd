#include "ui/widgets/chart/series_data.h"

#include <algorithm>

namespace hearth::ui {
namespace {

constexpr size_t kLeafBits = 3;  // blocks under 8 points are as quick to read one by one

constexpr size_t bitsOf(size_t level) {
    return kLeafBits + level;
}

}  // namespace

void Extremes::add(double y) {
    if (!std::isfinite(y))
        return;
    lowest = std::min(lowest, y);
    highest = std::max(highest, y);
    if (y > 0)
        lowestPositive = std::min(lowestPositive, y);
}

void Extremes::add(const Extremes& other) {
    lowest = std::min(lowest, other.lowest);
    highest = std::max(highest, other.highest);
    lowestPositive = std::min(lowestPositive, other.lowestPositive);
}

bool SeriesData::append(double x, double y) {
    if (!std::isfinite(x) || (!m_x.empty() && x < m_x.back()))
        return false;
    m_x.push_back(x);
    m_y.push_back(std::isfinite(y) ? y : std::numeric_limits<double>::quiet_NaN());
    grow();
    raise(m_x.size() - 1, m_y.back());
    return true;
}

void SeriesData::assign(std::vector<QPointF> points) {
    clear();
    std::erase_if(points, [](const QPointF& p) { return !std::isfinite(p.x()); });
    std::stable_sort(points.begin(), points.end(),
                     [](const QPointF& a, const QPointF& b) { return a.x() < b.x(); });
    m_x.reserve(points.size());
    m_y.reserve(points.size());
    for (const QPointF& point : points)
        append(point.x(), point.y());
}

void SeriesData::clear() {
    m_x.clear();
    m_y.clear();
    m_levels.clear();
}

/// Makes room in each level for the newest point, and a level above when the top one has
/// two blocks.
void SeriesData::grow() {
    const size_t last = m_x.size() - 1;
    if (m_levels.empty())
        m_levels.emplace_back();
    for (size_t level = 0; level < m_levels.size(); ++level) {
        if (last >> bitsOf(level) == m_levels[level].size())
            m_levels[level].emplace_back();
    }
    if (m_levels.back().size() < 2)
        return;
    Extremes both = m_levels.back()[0];
    both.add(m_levels.back()[1]);
    m_levels.push_back({both});
}

void SeriesData::raise(size_t index, double y) {
    for (size_t level = 0; level < m_levels.size(); ++level)
        m_levels[level][index >> bitsOf(level)].add(y);
}

size_t SeriesData::firstFrom(double value, size_t from) const {
    return size_t(std::lower_bound(m_x.begin() + std::ptrdiff_t(from), m_x.end(), value) -
                  m_x.begin());
}

size_t SeriesData::firstAfter(double value) const {
    return size_t(std::upper_bound(m_x.begin(), m_x.end(), value) - m_x.begin());
}

size_t SeriesData::nearest(double value) const {
    const size_t after = std::min(firstFrom(value), size() - 1);
    if (after == 0 || m_x[after] - value < value - m_x[after - 1])
        return after;
    return after - 1;
}

Extremes SeriesData::extremes(size_t begin, size_t end) const {
    Extremes found;
    for (size_t i = begin; i < end;) {
        size_t bits = 0;  // of the largest whole block that starts here
        for (size_t level = 0; level < m_levels.size(); ++level) {
            const size_t size = size_t(1) << bitsOf(level);
            if (i % size != 0 || i + size > end)
                break;
            bits = bitsOf(level);
        }
        if (bits == 0)
            found.add(m_y[i]);
        else
            found.add(m_levels[bits - kLeafBits][i >> bits]);
        i += size_t(1) << bits;
    }
    return found;
}

}  // namespace hearth::ui
