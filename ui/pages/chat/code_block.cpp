#include "ui/pages/chat/code_block.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/pages/chat/text_pane.h"
#include "ui/theme/paint.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/label.h"

namespace hearth::ui {
namespace {

constexpr int kHead = 34;

}  // namespace

CodeBlock::CodeBlock(const QString& language, QWidget* parent)
    : QWidget(parent), m_language(language) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(12, 1, 3, 1);
    m_name = new Label(TextRole::MonoCaption, Tone::Muted);
    auto* copy = new CopyButton([this] { return code(); });
    m_copy = copy;
    head->addWidget(m_name, 1);
    head->addWidget(m_copy);
    column->addLayout(head);
    m_pane = new TextPane(TextPane::Kind::Code);
    auto* room = new QVBoxLayout;
    room->setContentsMargins(12, 10, 12, 10);
    room->addWidget(m_pane);
    column->addLayout(room);
    translated(this, [this, copy] {
        m_name->setText(m_language.isEmpty() ? tr("code") : m_language);
        copy->setWhat(tr("Copy code"));
        m_pane->setAccessibleName(m_language.isEmpty() ? tr("Code")
                                                       : tr("Code, %1").arg(m_language));
    });
}

void CodeBlock::append(const QString& text) {
    m_pane->append(text);
}

QString CodeBlock::code() const {
    return m_pane->text();
}

void CodeBlock::paintEvent(QPaintEvent*) {
    const Colors& c = colors();
    QPainter painter(this);
    paintBox(painter, rect(), c.raised, c.border);
    painter.fillRect(QRect(1, kHead, width() - 2, 1), c.border);
}

}  // namespace hearth::ui
