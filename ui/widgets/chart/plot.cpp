#include "ui/widgets/chart/plot.h"

#include <QPainter>
#include <algorithm>

#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chart/decimation.h"
#include "ui/widgets/chart/series_style.h"

namespace hearth::ui {
namespace {

constexpr int kTop = 10;
constexpr int kRight = 14;
constexpr int kBottom = 26;
constexpr int kLabelGap = 8;      // between labels and the plot
constexpr int kFirstGutter = 24;  // before any label is known
constexpr double kRowsApart = 44;
constexpr double kColumnsApart = 96;

int rowsIn(double height) {
    return std::clamp(int(height / kRowsApart), 2, 10);
}

int columnsIn(double width) {
    return std::clamp(int(width / kColumnsApart), 2, 14);
}

}  // namespace

Plot::Plot(ChartData* data, QWidget* parent) : QWidget(parent), m_data(data) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    share(std::make_shared<SharedX>());
    connect(m_data, &ChartData::changed, this, &Plot::follow);
}

void Plot::share(std::shared_ptr<SharedX> x) {
    if (m_x) {
        m_x->disconnect(this);
        m_x->forget(this);
    }
    m_x = std::move(x);
    connect(m_x.get(), &SharedX::changed, this, [this] { update(); });
    follow();
}

void Plot::follow() {
    m_x->setBounds(this, m_data->bounds());
    updateGutter();
    update();
}

void Plot::updateGutter() {
    double widest = 0;
    const ChartOptions& options = m_data->options();
    const auto ticks = ticksOf(visibleY(), options.scale, options.y, rowsIn(area().height()));
    for (const QString& label : tickLabels(ticks, options.y))
        widest = std::max(widest, tabularWidth(fontFor(TextRole::Caption), label));
    m_x->setGutter(this, std::max(kFirstGutter, int(std::ceil(widest / 8)) * 8));
}

void Plot::setLoading(bool loading) {
    m_loading = loading;
    update();
}

void Plot::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

QRectF Plot::area() const {
    const int left = m_x->gutter() + kLabelGap;
    return QRectF(rect().adjusted(left, kTop, -kRight, -kBottom));
}

Range Plot::visibleY() const {
    const ChartOptions& options = m_data->options();
    Extremes all;
    for (const ChartSeries& series : m_data->curves()) {
        if (series.visible)
            all.add(extremesWithin(series.raw, m_x->visible()));
    }
    const bool log = options.scale == ScaleKind::Log;
    return comfortableRange({.low = log ? all.lowestPositive : all.lowest, .high = all.highest},
                            options.scale, options.fromZero);
}

PlotFrame Plot::frame() const {
    const QRectF in = area();
    const ScaleKind kind = m_data->options().scale;
    return {.area = in,
            .x = Scale(m_x->visible(), ScaleKind::Linear, in.left(), in.right()),
            .y = Scale(visibleY(), kind, in.bottom(), in.top()),
            .scale = kind};
}

void Plot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_loading) {
        paintSkeleton(painter);
    } else if (m_data->isEmpty()) {
        paintEmpty(painter);
    } else {
        updateGutter();  // the zoom may have brought longer labels
        const PlotFrame at = frame();
        paintAxes(painter, at);
        for (size_t i = 0; i < m_data->curves().size(); ++i) {
            if (m_data->curves()[i].visible)
                paintCurve(painter, at, m_data->curves()[i], int(i));
        }
        paintBrush(painter, at);
        paintCrossHair(painter, at);
    }
    if (showsFocusRing(this))
        paintFocusRing(painter, rect());
}

void Plot::paintAxes(QPainter& painter, const PlotFrame& frame) const {
    const ChartOptions& options = m_data->options();
    const auto ticks =
        ticksOf(frame.y.range(), options.scale, options.y, rowsIn(frame.area.height()));
    const auto labels = tickLabels(ticks, options.y);
    painter.setFont(fontFor(TextRole::Caption));
    for (size_t i = 0; i < ticks.size(); ++i) {
        const double y = std::round(frame.y.pixel(ticks[i])) + 0.5;
        painter.setPen(colors().border);
        painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y));
        painter.setPen(colors().muted);
        drawTabular(painter, QRectF(0, y - 8, frame.area.left() - kLabelGap, 16), Qt::AlignRight,
                    labels[i]);
    }
    paintXAxis(painter, frame);
}

void Plot::paintXAxis(QPainter& painter, const PlotFrame& frame) const {
    const Quantity quantity = m_data->options().x;
    const auto ticks =
        ticksOf(frame.x.range(), ScaleKind::Linear, quantity, columnsIn(frame.area.width()));
    const auto labels = tickLabels(ticks, quantity);
    const double bottom = frame.area.bottom();
    for (size_t i = 0; i < ticks.size(); ++i) {
        const double x = std::round(frame.x.pixel(ticks[i])) + 0.5;
        painter.setPen(colors().border);
        painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + 4));
        const double half = tabularWidth(painter.font(), labels[i]) / 2;
        const double middle = std::min(x, width() - half - 2);  // the last label stays whole
        painter.setPen(colors().muted);
        drawTabular(painter, QRectF(middle - 60, bottom + 6, 120, 16), Qt::AlignHCenter, labels[i]);
    }
}

void Plot::paintCrossHair(QPainter& painter, const PlotFrame& frame) const {
    const auto cursor = m_x->cursor();
    if (!cursor || !frame.x.range().contains(*cursor))
        return;
    const double x = frame.x.pixel(*cursor);
    painter.setPen(QPen(colors().muted, 1));
    const double line = std::round(x) + 0.5;
    painter.drawLine(QPointF(line, frame.area.top()), QPointF(line, frame.area.bottom()));
    painter.setRenderHint(QPainter::Antialiasing);
    for (size_t i = 0; i < m_data->curves().size(); ++i) {
        const QPointF at = curvePoint(frame, m_data->curves()[i], *cursor);
        if (!m_data->curves()[i].visible || std::isnan(at.y()) || std::abs(at.x() - x) > 24)
            continue;
        painter.setPen(QPen(colors().surface, 2));
        painter.setBrush(seriesColor(int(i)));
        painter.drawEllipse(at, 4.5, 4.5);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
    if (m_drag == Drag::None)
        paintReadout(painter, rect(), x, readout());
}

Readout Plot::readout() const {
    const auto cursor = m_x->cursor();
    if (!cursor)
        return {};
    const ChartOptions& options = m_data->options();
    Readout readout{.heading = valueLabel(*cursor, options.x), .rows = {}};
    for (size_t i = 0; i < m_data->curves().size(); ++i) {
        const ChartSeries& series = m_data->curves()[i];
        if (!series.visible || series.raw.empty())
            continue;
        const size_t point = series.raw.nearest(*cursor);
        const QString raw = valueLabel(series.raw.y(point), options.y);
        if (series.smooth.empty()) {
            readout.rows.push_back({.series = int(i), .name = series.name, .value = raw});
            continue;
        }
        readout.rows.push_back({.series = int(i),
                                .name = series.name,
                                .value = valueLabel(series.smooth.y(point), options.y)});
        readout.rows.push_back({.name = tr("as measured"), .value = raw, .muted = true});
    }
    return readout;
}

void Plot::paintBrush(QPainter& painter, const PlotFrame& frame) const {
    if (m_drag != Drag::Brush)
        return;
    const double left =
        std::clamp(std::min(m_dragFrom, m_dragNow), frame.area.left(), frame.area.right());
    const double right =
        std::clamp(std::max(m_dragFrom, m_dragNow), frame.area.left(), frame.area.right());
    QColor fill = colors().accent;
    fill.setAlphaF(0.14f);
    painter.fillRect(QRectF(left, frame.area.top(), right - left, frame.area.height()), fill);
    painter.setPen(colors().accent);
    for (const double x : {left, right})
        painter.drawLine(QPointF(std::round(x) + 0.5, frame.area.top()),
                         QPointF(std::round(x) + 0.5, frame.area.bottom()));
}

void Plot::paintEmpty(QPainter& painter) const {
    painter.setPen(QPen(colors().border, 1, Qt::DashLine));
    const QRectF in = area();
    for (int row = 0; row <= 3; ++row) {
        const double y = std::round(in.top() + row * in.height() / 3) + 0.5;
        painter.drawLine(QPointF(in.left(), y), QPointF(in.right(), y));
    }
    painter.setFont(fontFor(TextRole::Body));
    const QRectF words = painter.boundingRect(in, Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    painter.fillRect(words.adjusted(-12, -6, 12, 6), colors().surface);
    painter.setPen(colors().muted);
    painter.drawText(in, Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
}

void Plot::paintSkeleton(QPainter& painter) const {
    static constexpr double kHeights[] = {.42, .55, .48, .66, .58, .74, .62, .82, .7, .88, .76, .9};
    const QRectF in = area();
    const double step = in.width() / double(std::size(kHeights));
    for (size_t i = 0; i < std::size(kHeights); ++i) {
        const double height = kHeights[i] * in.height();
        paintBox(painter,
                 {in.left() + double(i) * step + 3, in.bottom() - height, step - 6, height},
                 colors().raised, {}, 4);
    }
    painter.fillRect(QRectF(in.left(), in.bottom(), in.width(), 1), colors().border);
}

}  // namespace hearth::ui
