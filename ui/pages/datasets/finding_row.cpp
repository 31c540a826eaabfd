#include "ui/pages/datasets/finding_row.h"

#include <QHBoxLayout>
#include <QPainter>

#include "ui/i18n/language.h"
#include "ui/pages/datasets/report_texts.h"
#include "ui/theme/theme.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/icon_label.h"

namespace hearth::ui {

FindingRow::FindingRow(const ReportFinding& finding, QWidget* parent)
    : QWidget(parent),
      m_finding(finding),
      m_title(new Label(TextRole::BodyStrong)),
      m_advice(new Label(TextRole::Body, Tone::Muted)),
      m_lines(new Label(TextRole::Caption, Tone::Muted)),
      m_count(new Label(TextRole::Body)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 12, 0, 0);
    row->setSpacing(12);
    const Tone tone = toneOf(finding);
    auto* icon = new IconLabel(tone == Tone::Bad ? "error" : "warning", 16, tone);
    row->addWidget(icon, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    for (Label* label : {m_title, m_advice, m_lines}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        words->addWidget(label);
    }
    for (const QString& sample : finding.samples) {
        auto* text = new ElidedLabel(TextRole::MonoCaption, Tone::Muted);
        text->setText(sample);
        words->addWidget(text);
    }
    row->addLayout(words, 1);
    row->addWidget(m_count, 0, Qt::AlignTop);
    translated(this, [this] { describe(); });
}

void FindingRow::describe() {
    const FindingTexts texts = textsOf(m_finding);
    m_title->setText(texts.title);
    m_count->setText(tr("%Ln rows", nullptr, int(m_finding.rows)));
    m_count->setVisible(m_finding.rows > 0);
    m_advice->setText(texts.advice);
    m_advice->setVisible(!texts.advice.isEmpty());
    m_lines->setText(linesText(m_finding));
    m_lines->setVisible(!m_finding.lines.isEmpty());
}

void FindingRow::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(0, 0, width(), 1, colors().border);
}

}  // namespace hearth::ui
