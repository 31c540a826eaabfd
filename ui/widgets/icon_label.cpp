#include "ui/widgets/icon_label.h"

#include <QPainter>

#include "ui/theme/icons.h"

namespace hearth::ui {

IconLabel::IconLabel(const QString& name, int size, Tone tone, QWidget* parent)
    : QWidget(parent), m_name(name), m_tone(tone) {
    setFixedSize(size, size);
}

void IconLabel::setIconName(const QString& name) {
    m_name = name;
    update();
}

void IconLabel::setTone(Tone tone) {
    m_tone = tone;
    update();
}

void IconLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintIcon(painter, rect(), m_name, toneColor(m_tone));
}

}  // namespace hearth::ui
