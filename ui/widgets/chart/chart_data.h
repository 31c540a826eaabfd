// What a chart shows: its curves, which of them are switched on, and how smooth.
#pragma once
#include <QObject>
#include <optional>

#include "ui/widgets/chart/axis.h"
#include "ui/widgets/chart/series_data.h"

namespace hearth::ui {

struct ChartOptions {
    Quantity x = Quantity::Step;
    Quantity y = Quantity::Number;
    ScaleKind scale = ScaleKind::Linear;
    bool fromZero = false;        // the y axis always shows zero
    bool offerSmoothing = false;  // a "Smooth" switch beside the legend
};

struct ChartSeries {
    QString name;
    bool smoothable = true;
    bool visible = true;
    SeriesData raw;
    SeriesData smooth;  // as many points as raw while smoothing, else none
    double average = 0;
    double averageWeight = 0;
};

/// Threading: GUI thread only.
class ChartData : public QObject {
    Q_OBJECT
public:
    explicit ChartData(ChartOptions options, QObject* parent = nullptr);

    const ChartOptions& options() const { return m_options; }
    const std::vector<ChartSeries>& curves() const { return m_curves; }

    /// Colour, dash and marker follow from the index that comes back. What is measured seldom and
    /// without noise (a validation loss) is better not smoothable: an average would lag behind.
    int addSeries(const QString& name, bool smoothable = true);
    void removeAllSeries();
    void setName(int series, const QString& name);
    void setVisible(int series, bool visible);
    void setPoints(int series, std::vector<QPointF> points);
    /// See SeriesData::append.
    bool append(int series, double x, double y);
    /// Several at once, which costs one repaint. Points out of order are left out.
    void append(int series, const std::vector<QPointF>& points);
    void clearPoints();

    /// Weight of the past in the exponential moving average, 0 (off) to below 1. The average is
    /// corrected for its start, so the first point is not pulled to zero.
    void setSmoothing(double weight);
    double smoothing() const { return m_smoothing; }

    /// Of all curves that are visible and have points; of a fixed domain when one is set.
    std::optional<Range> bounds() const;
    void setDomain(std::optional<Range> domain);
    /// No visible curve has a point.
    bool isEmpty() const { return !firstAndLast(); }

    /// The x of a visible curve's point nearest to `value`.
    std::optional<double> nearestX(double value) const;
    /// The nearest x of a visible curve above (direction 1) or below (-1) `value`.
    std::optional<double> neighbourX(double value, int direction) const;

signals:
    /// Points, visibility or smoothing.
    void changed();
    /// Number or names of the curves.
    void seriesChanged();

private:
    std::optional<Range> firstAndLast() const;
    void smoothFrom(ChartSeries& curve, size_t begin) const;

    ChartOptions m_options;
    std::vector<ChartSeries> m_curves;
    std::optional<Range> m_domain;
    double m_smoothing = 0;
};

}  // namespace hearth::ui
