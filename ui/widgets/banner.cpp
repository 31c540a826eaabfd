#include "ui/widgets/banner.h"

#include <QHBoxLayout>
#include <QPainter>

#include "ui/theme/paint.h"
#include "ui/widgets/button.h"
#include "ui/widgets/icon_label.h"

namespace hearth::ui {

Banner::Banner(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 6, 6, 6);
    row->setSpacing(10);
    m_icon = new IconLabel({}, 18);
    m_label = new Label(TextRole::Body);
    m_label->setWordWrap(true);
    m_action = new Button(ButtonKind::Quiet);
    m_action->hide();
    row->addWidget(m_icon);
    row->addWidget(m_label, 1);
    row->addWidget(m_action);
    setMinimumHeight(metrics::kControlHeight + 12);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(m_action, &Button::clicked, this, &Banner::actionClicked);
    setTone(Tone::Attention);
}

void Banner::setTone(Tone tone) {
    m_tone = tone;
    m_icon->setIconName(toneIcon(tone));
    m_icon->setTone(tone);
    update();
}

void Banner::setText(const QString& text) {
    m_label->setText(text);
    setAccessibleName(text);
}

QString Banner::text() const {
    return m_label->text();
}

void Banner::setAction(const QString& text) {
    m_action->setText(text);
    m_action->setVisible(!text.isEmpty());
}

void Banner::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QColor tone = toneColor(m_tone);
    paintBox(painter, rect(), mix(colors().surface, tone, 0.08), mix(colors().border, tone, 0.4));
}

}  // namespace hearth::ui
