#include "ui/shell/screens/screen_parts.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"

namespace hearth::ui {

Label* paragraph(TextRole role, Tone tone) {
    auto* label = new Label(role, tone);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

Screen::Screen(QWidget* parent)
    : QWidget(parent),
      m_title(paragraph(TextRole::Title)),
      m_sentence(paragraph(TextRole::Body, Tone::Muted)),
      m_body(new QVBoxLayout(this)) {
    m_body->setContentsMargins(0, 0, 0, 0);
    m_body->setSpacing(metrics::kGap);
    auto* words = new QVBoxLayout;
    words->setSpacing(metrics::kGrid / 2);
    words->addWidget(m_title);
    words->addWidget(m_sentence);
    m_body->addLayout(words);
}

void Screen::setTitle(const QString& title) {
    m_title->setText(title);
    setAccessibleName(title);
}

void Screen::setSentence(const QString& sentence, Tone tone) {
    m_sentence->setText(sentence);
    m_sentence->setTone(tone);
    m_sentence->setVisible(!sentence.isEmpty());
    setAccessibleDescription(sentence);
}

void Screen::addButtons(const QList<Button*>& buttons) {
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::kGrid);
    for (Button* button : buttons)
        row->addWidget(button);
    row->addStretch(1);
    m_body->addLayout(row);
}

}  // namespace hearth::ui
