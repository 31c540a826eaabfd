#pragma once
#include <QWidget>

#include "ui/widgets/label.h"

namespace hearth::ui {

/// The mark that goes with a tone, so that colour never tells alone: disc good, triangle
/// attention, cross bad, ring information, dash muted.
void paintToneMark(QPainter& painter, const QRectF& rect, Tone tone);

/// The pill as delegates paint it. `rect` is the cell; the pill sits at its left.
void paintStatusPill(QPainter& painter, const QRect& rect, Tone tone, const QString& text);
QSize statusPillSize(const QString& text);

/// A state in one or two words: "Ready", "Failed".
class StatusPill : public QWidget {
    Q_OBJECT
public:
    explicit StatusPill(QWidget* parent = nullptr);

    void setStatus(Tone tone, const QString& text);
    Tone tone() const { return m_tone; }
    QString text() const { return m_text; }

    QSize sizeHint() const override { return statusPillSize(m_text); }
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Tone m_tone = Tone::Muted;
    QString m_text;
};

}  // namespace hearth::ui
