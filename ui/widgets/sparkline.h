#pragma once
#include <QVector>
#include <QWidget>

namespace hearth::ui {

/// The shape of a day in a word's space: no axes, the last value marked. NaN leaves a gap.
/// Decoration beside a number that says the same.
class Sparkline : public QWidget {
    Q_OBJECT
public:
    explicit Sparkline(QWidget* parent = nullptr);

    /// Evenly spaced, oldest first.
    void setValues(const QVector<double>& values);
    const QVector<double>& values() const { return m_values; }

    QSize sizeHint() const override { return {96, 32}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVector<double> m_values;
};

/// The same into any painter.
void paintSparkline(QPainter& painter, const QRectF& rect, const QVector<double>& values);

}  // namespace hearth::ui
