#include "ui/shell/page.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

Page::Page(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_header(new QWidget),
      m_actions(new QHBoxLayout),
      m_body(new QVBoxLayout),
      m_title(new Label(TextRole::Title)),
      m_help(new Label(TextRole::Body, Tone::Muted)) {
    auto* words = new QVBoxLayout;
    words->setSpacing(metrics::kGrid / 2);
    words->addWidget(m_title);
    words->addWidget(m_help);
    auto* header = new QHBoxLayout(m_header);
    header->setContentsMargins(0, 0, 0, 0);
    header->addLayout(words, 1);
    m_actions->setSpacing(metrics::kGrid);
    header->addLayout(m_actions);
    header->setAlignment(m_actions, Qt::AlignTop);

    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(metrics::kMargin, metrics::kMargin, metrics::kMargin,
                             metrics::kMargin);
    page->setSpacing(metrics::kGap);
    page->addWidget(m_header);
    m_body->setSpacing(metrics::kGap);
    page->addLayout(m_body, 1);
}

void Page::addAction(QWidget* action) {
    m_actions->addWidget(action);
}

void Page::hideHeader() {
    m_header->hide();
}

void Page::setTexts(const QString& title, const QString& help) {
    m_title->setText(title);
    m_help->setText(help);
}

}  // namespace hearth::ui
