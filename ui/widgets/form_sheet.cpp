#include "ui/widgets/form_sheet.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/theme/theme.h"
#include "ui/widgets/banner.h"

namespace hearth::ui {

FormSheet::FormSheet(int widest, QWidget* parent)
    : QWidget(parent), m_refusal(new Banner), m_cards(new QHBoxLayout), m_rows(new QVBoxLayout) {
    setMaximumWidth(widest);
    m_refusal->setTone(Tone::Bad);
    m_refusal->hide();
    m_cards->setSpacing(metrics::kGap);
    m_rows->setSpacing(metrics::kGap);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, metrics::kGrid, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(m_refusal);
    column->addLayout(m_cards);
    column->addLayout(m_rows);
    column->addStretch(1);
}

void FormSheet::addColumn(std::initializer_list<QWidget*> cards, int parts) {
    auto* column = new QVBoxLayout;
    column->setSpacing(metrics::kGap);
    for (QWidget* card : cards)
        column->addWidget(card);
    if (cards.size() > 1)
        column->addStretch(1);
    m_cards->addLayout(column, parts);
}

void FormSheet::addRow(QWidget* row) {
    m_rows->addWidget(row);
}

void FormSheet::refuse(const QString& message, const QString& requestId) {
    m_refusal->setText(requestId.isEmpty() ? message
                                           : tr("%1 Request %2.").arg(message, requestId));
    m_refusal->show();
}

void FormSheet::clearRefusal() {
    m_refusal->hide();
}

}  // namespace hearth::ui
