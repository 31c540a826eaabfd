#include "ui/pages/chat/prompt_bubble.h"

#include <QPainter>
#include <QVBoxLayout>

#include "ui/pages/chat/text_pane.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kWidest = 620;
constexpr int kAcross = 14;
constexpr int kDown = 10;  // the last line brings some room below itself

}  // namespace

PromptBubble::PromptBubble(const QString& text, QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kAcross, kDown, kAcross, kDown - 4);
    m_pane = new TextPane(TextPane::Kind::Prose);
    m_pane->append(text);
    column->addWidget(m_pane);
    int widest = 0;
    const QFontMetrics metrics(m_pane->font());
    for (const QString& line : text.split('\n'))
        widest = std::max(widest, metrics.horizontalAdvance(line));
    m_naturalWidth = std::min(kWidest, widest + 6 + 2 * kAcross);
    setMaximumWidth(m_naturalWidth);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize PromptBubble::sizeHint() const {
    return {m_naturalWidth, layout()->sizeHint().height()};
}

void PromptBubble::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintBox(painter, rect(), mix(colors().raised, colors().border, 0.35), {}, 10);
}

}  // namespace hearth::ui
