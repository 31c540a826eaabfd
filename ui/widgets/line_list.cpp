#include "ui/widgets/line_list.h"

#include "ui/widgets/skeleton.h"

namespace hearth::ui {

LineList::LineList(QWidget* parent)
    : QWidget(parent),
      m_column(new QVBoxLayout(this)),
      m_skeleton(new Skeleton(2)),
      m_empty(new Label(TextRole::Body, Tone::Muted)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(2);
    m_column->addWidget(m_skeleton);
    m_column->addWidget(m_empty);
    m_empty->setWordWrap(true);
    setLoading();
}

void LineList::setLoading() {
    m_skeleton->show();
    m_empty->hide();
}

void LineList::setEmptyText(const QString& text) {
    m_empty->setText(text);
}

void LineList::setLines(const QVector<Line>& lines) {
    m_skeleton->hide();
    m_empty->setVisible(lines.isEmpty());
    while (m_buttons.size() > lines.size())
        delete m_buttons.takeLast();
    while (m_buttons.size() < lines.size()) {
        auto* button = new LineButton(this);
        connect(button, &LineButton::clicked, this,
                [this, button] { emit activated(button->line().id); });
        m_column->addWidget(button);
        m_buttons.append(button);
    }
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!(m_buttons[i]->line() == lines[i]))
            m_buttons[i]->setLine(lines[i]);
    }
}

}  // namespace hearth::ui
