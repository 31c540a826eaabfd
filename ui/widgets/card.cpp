#include "ui/widgets/card.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/theme/paint.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

Card::Card(QWidget* parent) : QWidget(parent) {
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(1, 1, 1, 1);
    outer->setSpacing(0);
    m_heading = new QWidget(this);
    auto* heading = new QHBoxLayout(m_heading);
    heading->setContentsMargins(metrics::kGap, metrics::kGap - 4, metrics::kGap, 0);
    heading->setSpacing(metrics::kGap);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_title = new Label(TextRole::Section);
    m_help = new Label(TextRole::Body, Tone::Muted);
    m_help->setWordWrap(true);
    m_help->hide();
    words->addWidget(m_title);
    words->addWidget(m_help);
    heading->addLayout(words, 1);
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(metrics::kGrid);
    heading->addLayout(m_actions);
    m_heading->hide();
    outer->addWidget(m_heading);
    m_body = new QVBoxLayout;
    m_body->setSpacing(metrics::kGap);
    outer->addLayout(m_body);
    setPadding(metrics::kGap);
}

void Card::setTitle(const QString& title) {
    m_title->setText(title);
    m_heading->setVisible(!title.isEmpty() || m_actions->count() > 0);
}

void Card::setHelp(const QString& help) {
    m_help->setText(help);
    m_help->setVisible(!help.isEmpty());
}

void Card::addAction(QWidget* action) {
    m_actions->addWidget(action, 0, Qt::AlignTop);
    m_heading->show();
}

void Card::setPadding(int pixels) {
    m_body->setContentsMargins(pixels, pixels, pixels, pixels);
}

bool Card::event(QEvent* event) {
    const bool handled = QWidget::event(event);
    // Room beyond what the words need belongs to the body.
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        if (const int height = m_heading->heightForWidth(width() - 2); height > 0)
            m_heading->setFixedHeight(height);
    return handled;
}

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintBox(painter, rect(), colors().surface, colors().border);
}

}  // namespace hearth::ui
