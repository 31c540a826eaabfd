#include "ui/widgets/chart/chart_data.h"

#include <algorithm>

namespace hearth::ui {

ChartData::ChartData(ChartOptions options, QObject* parent) : QObject(parent), m_options(options) {}

int ChartData::addSeries(const QString& name, bool smoothable) {
    m_curves.push_back({.name = name, .smoothable = smoothable});
    emit seriesChanged();
    return int(m_curves.size()) - 1;
}

void ChartData::removeAllSeries() {
    m_curves.clear();
    emit seriesChanged();
    emit changed();
}

void ChartData::setName(int series, const QString& name) {
    m_curves.at(size_t(series)).name = name;
    emit seriesChanged();
}

void ChartData::setVisible(int series, bool visible) {
    ChartSeries& curve = m_curves.at(size_t(series));
    if (curve.visible == visible)
        return;
    curve.visible = visible;
    emit changed();
}

void ChartData::setPoints(int series, std::vector<QPointF> points) {
    ChartSeries& curve = m_curves.at(size_t(series));
    curve.raw.assign(std::move(points));
    smoothFrom(curve, 0);
    emit changed();
}

bool ChartData::append(int series, double x, double y) {
    ChartSeries& curve = m_curves.at(size_t(series));
    if (!curve.raw.append(x, y))
        return false;
    smoothFrom(curve, curve.raw.size() - 1);
    emit changed();
    return true;
}

void ChartData::append(int series, const std::vector<QPointF>& points) {
    ChartSeries& curve = m_curves.at(size_t(series));
    const size_t before = curve.raw.size();
    for (const QPointF& point : points)
        curve.raw.append(point.x(), point.y());
    if (curve.raw.size() == before)
        return;
    smoothFrom(curve, before);
    emit changed();
}

void ChartData::clearPoints() {
    for (ChartSeries& curve : m_curves) {
        curve.raw.clear();
        smoothFrom(curve, 0);
    }
    emit changed();
}

void ChartData::setSmoothing(double weight) {
    m_smoothing = std::clamp(weight, 0.0, 0.9999);
    for (ChartSeries& curve : m_curves)
        smoothFrom(curve, 0);
    emit changed();
}

void ChartData::smoothFrom(ChartSeries& curve, size_t begin) const {
    if (begin == 0) {
        curve.smooth.clear();
        curve.average = curve.averageWeight = 0;
    }
    if (m_smoothing == 0 || !curve.smoothable)
        return;
    for (size_t i = begin; i < curve.raw.size(); ++i) {
        const double y = curve.raw.y(i);
        if (std::isnan(y)) {
            curve.smooth.append(curve.raw.x(i), y);
            continue;
        }
        curve.average = m_smoothing * curve.average + (1 - m_smoothing) * y;
        curve.averageWeight = m_smoothing * curve.averageWeight + (1 - m_smoothing);
        curve.smooth.append(curve.raw.x(i), curve.average / curve.averageWeight);
    }
}

void ChartData::setDomain(std::optional<Range> domain) {
    m_domain = domain;
    emit changed();
}

std::optional<Range> ChartData::bounds() const {
    return m_domain ? m_domain : firstAndLast();
}

std::optional<Range> ChartData::firstAndLast() const {
    std::optional<Range> all;
    for (const ChartSeries& curve : m_curves) {
        if (!curve.visible || curve.raw.empty())
            continue;
        const double first = curve.raw.x(0);
        const double last = curve.raw.x(curve.raw.size() - 1);
        all = all ? Range{.low = std::min(all->low, first), .high = std::max(all->high, last)}
                  : Range{.low = first, .high = last};
    }
    return all;
}

std::optional<double> ChartData::nearestX(double value) const {
    std::optional<double> best;
    for (const ChartSeries& curve : m_curves) {
        if (!curve.visible || curve.raw.empty())
            continue;
        const double x = curve.raw.x(curve.raw.nearest(value));
        if (!best || std::abs(x - value) < std::abs(*best - value))
            best = x;
    }
    return best;
}

std::optional<double> ChartData::neighbourX(double value, int direction) const {
    std::optional<double> best;
    for (const ChartSeries& curve : m_curves) {
        const SeriesData& points = curve.raw;
        const size_t i = direction > 0 ? points.firstAfter(value) : points.firstFrom(value);
        const bool exists = direction > 0 ? i < points.size() : i > 0;
        if (!curve.visible || !exists)
            continue;
        const double x = points.x(direction > 0 ? i : i - 1);
        if (!best || std::abs(x - value) < std::abs(*best - value))
            best = x;
    }
    return best;
}

}  // namespace hearth::ui
