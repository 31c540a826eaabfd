// One curve's points, with what a chart asks of them at every zoom.
#pragma once
#include <QPointF>
#include <cmath>
#include <limits>
#include <vector>

namespace hearth::ui {

/// Lowest and highest of some values; gaps (NaN) do not count.
struct Extremes {
    double lowest = std::numeric_limits<double>::infinity();
    double lowestPositive = std::numeric_limits<double>::infinity();  // for logarithmic axes
    double highest = -std::numeric_limits<double>::infinity();

    bool empty() const { return lowest > highest; }
    void add(double y);
    void add(const Extremes& other);
};

/// Points in order of x. A pyramid of extremes for each 2^k points makes every range of a million
/// points answer in O(log n); appending costs O(log n) too.
/// Threading: none; copies are independent.
class SeriesData {
public:
    /// y may be NaN: a gap (infinity counts as one). False, and nothing kept, when x is not a
    /// finite number or lies before the last.
    bool append(double x, double y);
    /// Takes points in any order; those without a finite x are left out.
    void assign(std::vector<QPointF> points);
    void clear();

    size_t size() const { return m_x.size(); }
    bool empty() const { return m_x.empty(); }
    double x(size_t i) const { return m_x[i]; }
    double y(size_t i) const { return m_y[i]; }
    QPointF at(size_t i) const { return {m_x[i], m_y[i]}; }

    /// Index of the first point with x >= value, size() when there is none. `from`: known to lie
    /// at or before it.
    size_t firstFrom(double value, size_t from = 0) const;
    /// Index of the first point with x > value.
    size_t firstAfter(double value) const;
    /// REQUIRES: not empty.
    size_t nearest(double value) const;
    /// Over points [begin, end). REQUIRES: end <= size().
    Extremes extremes(size_t begin, size_t end) const;

private:
    void grow();
    void raise(size_t index, double y);

    std::vector<double> m_x;
    std::vector<double> m_y;
    std::vector<std::vector<Extremes>> m_levels;  // [level][block of 8 * 2^level points]
};

}  // namespace hearth::ui
