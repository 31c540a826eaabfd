#include "ui/widgets/chart/curve_painter.h"

#include <QPainter>

#include "ui/theme/theme.h"
#include "ui/widgets/chart/decimation.h"
#include "ui/widgets/chart/series_style.h"

namespace hearth::ui {
namespace {

constexpr double kMarkerSpacing = 96;  // pixels at least
constexpr qsizetype kManyPoints = 256;
constexpr double kDotSpacing = 20;  // points further apart than this show as dots

struct Ink {
    QColor color;
    QPen pen;
    bool dots;
};

/// Cuts a run of lines into the dashes of a pen; a solid pen leaves them whole.
class Dashes {
public:
    explicit Dashes(const QPen& pen) {
        if (pen.style() == Qt::SolidLine)
            return;
        for (const qreal length : pen.dashPattern())
            m_lengths.append(length * pen.widthF());
        m_left = m_lengths.front();
    }

    void append(QVector<QLineF>& lines, const QLineF& line) {
        if (m_lengths.isEmpty()) {
            lines.append(line);
            return;
        }
        const double length = line.length();
        for (double done = 0; done < length;) {
            const double end = std::min(length, done + m_left);
            if (m_index % 2 == 0)
                lines.append({line.pointAt(done / length), line.pointAt(end / length)});
            m_left -= end - done;
            done = end;
            if (m_left > 1e-6)  // what rounding leaves behind would never be used up
                continue;
            m_index = (m_index + 1) % m_lengths.size();
            m_left = m_lengths[m_index];
        }
    }

private:
    QVector<double> m_lengths;  // on, off, on, off ... in pixels
    qsizetype m_index = 0;
    double m_left = 0;
};

/// A line that breaks at gaps.
class Stroke {
public:
    Stroke(QPainter& painter, const Ink& ink) : m_painter(painter), m_ink(ink) {}
    ~Stroke() { lift(); }

    void to(const QPointF& point) { m_run.append(point); }
    void lift() {
        m_painter.setPen(m_ink.pen);
        if (m_run.size() == 1)
            dot(m_run.front());
        else if (m_run.size() > kManyPoints)
            drawPieces();
        else if (!m_run.isEmpty())
            m_painter.drawPolyline(m_run);
        m_run.clear();
    }
    void dot(const QPointF& at) const {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(m_ink.color);
        m_painter.drawEllipse(at, 2.4, 2.4);
        m_painter.setBrush(Qt::NoBrush);
    }

private:
    /// Qt strokes a polyline as one path, whose self-crossings make a noisy curve of 2,000 points
    /// cost 30 ms; line by line it is a tenth. Square caps close the joints.
    void drawPieces() {
        Dashes dashes(m_ink.pen);
        QVector<QLineF> lines;
        lines.reserve(m_run.size());
        for (qsizetype i = 1; i < m_run.size(); ++i)
            dashes.append(lines, {m_run[i - 1], m_run[i]});
        m_painter.setPen(QPen(m_ink.color, m_ink.pen.widthF(), Qt::SolidLine, Qt::SquareCap));
        m_painter.drawLines(lines);
    }

    QPainter& m_painter;
    const Ink& m_ink;
    QPolygonF m_run;
};

struct Span {
    size_t begin;
    size_t end;
};

/// The points in view with one neighbour on each side, so that lines reach the edges.
Span pointsInView(const SeriesData& data, const Range& x) {
    const size_t begin = data.firstFrom(x.low);
    const size_t end = data.firstAfter(x.high);
    return {.begin = begin > 0 ? begin - 1 : 0, .end = std::min(end + 1, data.size())};
}

QPointF mapped(const PlotFrame& frame, const QPointF& p) {
    const bool gap = std::isnan(p.y()) || (frame.scale == ScaleKind::Log && p.y() <= 0);
    return {frame.x.pixel(p.x()),
            gap ? std::numeric_limits<double>::quiet_NaN() : frame.y.pixel(p.y())};
}

void paintPoints(QPainter& painter, const PlotFrame& frame, const SeriesData& data, Span span,
                 const Ink& ink) {
    Stroke stroke(painter, ink);
    for (size_t i = span.begin; i < span.end; ++i) {
        const QPointF p = mapped(frame, data.at(i));
        std::isnan(p.y()) ? stroke.lift() : stroke.to(p);
    }
    stroke.lift();
    if (!ink.dots || frame.area.width() / double(span.end - span.begin) < kDotSpacing)
        return;
    for (size_t i = span.begin; i < span.end; ++i) {
        const QPointF p = mapped(frame, data.at(i));
        if (!std::isnan(p.y()))
            stroke.dot(p);
    }
}

bool joins(const Column& before, const Column& after) {
    return !std::isnan(before.last.y()) && !std::isnan(after.first.y());
}

/// A bar from lowest to highest in every column, reaching to where the column before ended, and
/// a fine line through their middles, which keeps calm curves smooth.
void paintColumns(QPainter& painter, const PlotFrame& frame, const std::vector<Column>& columns,
                  double columnWidth, const Ink& ink) {
    QVector<QRectF> bars;
    Stroke stroke(painter, ink);
    const Column* before = nullptr;
    for (const Column& column : columns) {
        const bool joined = before && joins(*before, column);
        if (!joined)
            stroke.lift();
        if (!std::isnan(column.low)) {
            double low = column.low, high = column.high;
            if (joined && column.index == before->index + 1) {
                low = std::min(low, before->last.y());
                high = std::max(high, before->last.y());
            }
            const double top = frame.y.pixel(high), bottom = frame.y.pixel(low);
            const double left = frame.area.left() + column.index * columnWidth;
            if (bottom - top > 2)
                bars.append({left, top, columnWidth, bottom - top});
            stroke.to({left + columnWidth / 2,
                       (frame.y.pixel(column.low) + frame.y.pixel(column.high)) / 2});
        }
        before = &column;
    }
    stroke.lift();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    painter.setBrush(ink.color);
    painter.drawRects(bars);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing);
}

void paintData(QPainter& painter, const PlotFrame& frame, const SeriesData& data, const Ink& ink) {
    const double ratio = painter.device()->devicePixelRatioF();
    const int columns = std::max(1, int(frame.area.width() * ratio));
    const Span span = pointsInView(data, frame.x.range());
    if (span.end - span.begin <= size_t(columns)) {
        paintPoints(painter, frame, data, span, ink);
        return;
    }
    const bool positiveOnly = frame.scale == ScaleKind::Log;
    paintColumns(painter, frame, decimate(data, frame.x.range(), columns, positiveOnly),
                 frame.area.width() / columns, ink);
}

/// Markers sit on points whose index is a multiple of a power of two, so they travel with the
/// curve while it pans.
void paintMarkers(QPainter& painter, const PlotFrame& frame, const SeriesData& data, int series,
                  const QColor& color) {
    const Span span = pointsInView(data, frame.x.range());
    if (span.begin >= span.end || series == 0)
        return;
    const double spacing = frame.area.width() / double(span.end - span.begin);
    size_t stride = 1;
    while (double(stride) * spacing < kMarkerSpacing)
        stride *= 2;
    const size_t offset = stride * size_t(series % 4) / 4;
    const size_t first = (span.begin + stride - 1) / stride * stride;
    for (size_t i = first; i + offset < span.end; i += stride) {
        const QPointF p = mapped(frame, data.at(i + offset));
        if (!std::isnan(p.y()))
            paintMarker(painter, series, p, color);
    }
}

}  // namespace

void paintCurve(QPainter& painter, const PlotFrame& frame, const ChartSeries& curve, int series) {
    const QColor color = seriesColor(series);
    painter.save();
    painter.setClipRect(frame.area.adjusted(0, -3, 0, 3));
    painter.setRenderHint(QPainter::Antialiasing);
    const bool smooth = !curve.smooth.empty();
    if (smooth) {
        const QColor pale = paleOf(color);
        paintData(painter, frame, curve.raw,
                  {.color = pale, .pen = QPen(pale, 1.2), .dots = false});
    }
    const SeriesData& main = smooth ? curve.smooth : curve.raw;
    paintData(
        painter, frame, main,
        {.color = color, .pen = seriesPen(series, color, smooth ? 2 : 1.6), .dots = series == 0});
    paintMarkers(painter, frame, main, series, color);
    painter.restore();
}

QPointF curvePoint(const PlotFrame& frame, const ChartSeries& curve, double x) {
    const SeriesData& data = curve.smooth.empty() ? curve.raw : curve.smooth;
    if (data.empty()) {
        const double none = std::numeric_limits<double>::quiet_NaN();
        return {none, none};
    }
    return mapped(frame, data.at(data.nearest(x)));
}

}  // namespace hearth::ui
