#include "ui/widgets/view_head.h"

#include <QHBoxLayout>

#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/elided_label.h"

namespace hearth::ui {

ViewHead::ViewHead(std::initializer_list<QWidget*> parts, QWidget* parent)
    : QWidget(parent),
      m_back(new Button(ButtonKind::Quiet, QStringLiteral("chevron_left"))),
      m_title(new ElidedLabel(TextRole::Section)),
      m_caption(new ElidedLabel(TextRole::MonoCaption, Tone::Muted)) {
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    for (ElidedLabel* line : {m_title, m_caption}) {
        line->setElideMode(Qt::ElideMiddle);  // file names and ids differ at their ends
        words->addWidget(line);
    }
    m_caption->hide();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGap);
    row->addWidget(m_back);
    row->addLayout(words, 1);
    for (QWidget* part : parts)
        row->addWidget(part);
}

void ViewHead::setTitle(const QString& title) {
    m_title->setText(title);
}

void ViewHead::setCaption(const QString& caption) {
    m_caption->setText(caption);
    m_caption->setVisible(!caption.isEmpty());
}

}  // namespace hearth::ui
