// The drawing of a chart: axes, curves, cross-hair, and the gestures that move them.
#pragma once
#include <QWidget>
#include <memory>
#include <optional>

#include "ui/widgets/chart/chart_data.h"
#include "ui/widgets/chart/curve_painter.h"
#include "ui/widgets/chart/readout.h"
#include "ui/widgets/chart/shared_x.h"

namespace hearth::ui {

/// Mouse: move for values, drag to zoom into a span, shift- or middle-drag to pan, wheel to zoom
/// (with Ctrl, or while focused, so that pages scroll past it), double-click for everything.
/// Keys: arrows pan; + and - zoom; 0 and Home show everything; [ and ] (or Alt with arrows) move
/// the cross-hair from point to point; Esc puts it away.
class Plot : public QWidget {
    Q_OBJECT
public:
    /// REQUIRES: `data` outlives it.
    explicit Plot(ChartData* data, QWidget* parent = nullptr);

    const std::shared_ptr<SharedX>& sharedX() const { return m_x; }
    /// Moves in common with the other charts of `x` from now on.
    void share(std::shared_ptr<SharedX> x);

    void setLoading(bool loading);
    bool isLoading() const { return m_loading; }
    void setEmptyText(const QString& text);

    /// The values that are shown now, in both directions.
    Range visibleX() const { return m_x->visible(); }
    Range visibleY() const;
    /// Where the curves are drawn.
    QRectF area() const;
    /// At the cross-hair; no rows when there is none.
    Readout readout() const;

    QSize sizeHint() const override { return {480, 240}; }
    QSize minimumSizeHint() const override { return {200, 120}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Drag { None, Brush, Pan };

    PlotFrame frame() const;
    void follow();
    void updateGutter();
    void paintAxes(QPainter& painter, const PlotFrame& frame) const;
    void paintXAxis(QPainter& painter, const PlotFrame& frame) const;
    void paintCrossHair(QPainter& painter, const PlotFrame& frame) const;
    void paintBrush(QPainter& painter, const PlotFrame& frame) const;
    void paintEmpty(QPainter& painter) const;
    void paintSkeleton(QPainter& painter) const;

    double valueAt(double pixel) const;
    void hover(double pixel);
    void endDrag(double pixel);
    bool moveByKey(const QKeyEvent& event);
    void stepCursor(int direction);
    void tellCursor();

    ChartData* m_data;
    std::shared_ptr<SharedX> m_x;
    QString m_emptyText;
    bool m_loading = false;
    Drag m_drag = Drag::None;
    double m_dragFrom = 0;  // pixels
    double m_dragNow = 0;
};

}  // namespace hearth::ui
