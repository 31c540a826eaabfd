#pragma once
#include <QWidget>

#include "ui/widgets/label.h"

namespace hearth::ui {

/// How much of something: a label, a value at the right, a bar below. Meters on top of each other
/// with shares of one whole compare amounts.
class Meter : public QWidget {
    Q_OBJECT
public:
    explicit Meter(Tone tone = Tone::Accent, QWidget* parent = nullptr);

    void setLabel(const QString& label);
    /// `share` 0..1 of the bar's width.
    void setValue(double share, const QString& value);
    void setTone(Tone tone);
    double share() const { return m_share; }
    QString value() const { return m_value; }

    QSize sizeHint() const override { return {240, 40}; }
    QSize minimumSizeHint() const override { return {160, 40}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();

    Tone m_tone;
    QString m_label;
    QString m_value;
    double m_share = 0;
};

}  // namespace hearth::ui
