#include "ui/pages/overview/alarm_row.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/models/alarm_texts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"
#include "ui/widgets/icon_label.h"

namespace hearth::ui {
namespace {

QString iconOf(Tone tone) {
    return tone == Tone::Bad ? "error" : tone == Tone::Attention ? "warning" : "info";
}

}  // namespace

AlarmRow::AlarmRow(QWidget* parent)
    : QWidget(parent),
      m_icon(new IconLabel({}, 16)),
      m_message(new Label(TextRole::Body)),
      m_action(new Label(TextRole::Body, Tone::Muted)),
      m_since(new Label(TextRole::Caption, Tone::Muted)),
      m_button(new Button(ButtonKind::Quiet)) {
    m_message->setWordWrap(true);
    m_action->setWordWrap(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 12, 0, 0);
    row->setSpacing(12);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_message);
    words->addWidget(m_action);
    row->addLayout(words, 1);
    row->addWidget(m_since, 0, Qt::AlignVCenter);
    row->addWidget(m_button, 0, Qt::AlignVCenter);
    connect(m_button, &Button::clicked, this, [this] {
        const AlarmTarget target = targetOf(m_alarm);
        emit opened(target.page, target.item);
    });
    translated(this, [this] { describe(); });
}

void AlarmRow::showAlarm(const Alarm& alarm) {
    m_alarm = alarm;
    describe();
}

void AlarmRow::describe() {
    const AlarmTexts texts = textsOf(m_alarm);
    const Tone tone = toneOf(m_alarm);
    m_icon->setIconName(iconOf(tone));
    m_icon->setTone(tone);
    m_message->setText(texts.message);
    m_action->setText(texts.action);
    m_action->setVisible(!texts.action.isEmpty());
    m_since->setText(m_alarm.since > 0 ? formatWhen(m_alarm.since) : QString());
    m_since->setToolTip(m_alarm.since > 0 ? formatExactly(m_alarm.since) : QString());
    m_button->setText(targetText(m_alarm));
    m_button->setAccessibleDescription(texts.message);
}

void AlarmRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(0, 0, width(), 1, colors().border);
}

}  // namespace hearth::ui
