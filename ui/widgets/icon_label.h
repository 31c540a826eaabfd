#pragma once
#include <QWidget>

#include "ui/widgets/label.h"

namespace hearth::ui {

/// An icon in a tone of the theme, `size` device-independent pixels square. Decoration: give it an
/// accessible name only where no text beside it says the same.
class IconLabel : public QWidget {
    Q_OBJECT
public:
    explicit IconLabel(const QString& name, int size = 16, Tone tone = Tone::Normal,
                       QWidget* parent = nullptr);

    void setIconName(const QString& name);
    QString iconName() const { return m_name; }
    void setTone(Tone tone);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    Tone m_tone;
};

}  // namespace hearth::ui
