#pragma once
#include <QPushButton>
#include <QVector>
#include <optional>

#include "ui/widgets/label.h"

namespace hearth::ui {

/// What a rise means for the reader.
enum class Rise { Good, Bad, Neutral };

/// One number of the node: label, 28 px value with muted unit, change against yesterday, the last
/// 24 hours as a sparkline. A button only once made clickable: then Tab reaches it, and clicked()
/// follows a click, Space or Enter. Reads as one sentence to a screen reader.
class StatTile : public QPushButton {
    Q_OBJECT
public:
    explicit StatTile(QWidget* parent = nullptr);

    void setLabel(const QString& label);
    /// Already formatted. An empty number shows a dash.
    void setValue(const QString& number, const QString& unit = {});
    /// Share by which the value differs from yesterday's: 0.12 is 12 % more; nullopt: unknown.
    void setChange(std::optional<double> share, Rise rise = Rise::Neutral);
    /// In place of the change: "2 waiting". Empty: the change shows.
    void setNote(const QString& note, Tone tone = Tone::Muted);
    void setHistory(const QVector<double>& values);
    void setLoading(bool loading);
    void setClickable(bool clickable);

    QString changeText() const;
    Tone changeTone() const;
    bool isLoading() const { return m_loading; }
    QString value() const { return m_number; }

    QSize sizeHint() const override { return {216, 120}; }
    QSize minimumSizeHint() const override { return {168, 120}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    void describe();
    void paintValue(QPainter& painter, const QRectF& line) const;
    void paintFoot(QPainter& painter, const QRectF& line) const;
    void paintSkeleton(QPainter& painter, const QRectF& in) const;

    QString m_label;
    QString m_number;
    QString m_unit;
    QString m_note;
    Tone m_noteTone = Tone::Muted;
    std::optional<double> m_change;
    Rise m_rise = Rise::Neutral;
    QVector<double> m_history;
    bool m_loading = false;
    bool m_clickable = false;
};

}  // namespace hearth::ui
