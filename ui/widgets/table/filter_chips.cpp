#include "ui/widgets/table/filter_chips.h"

#include <QMenu>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/table/filter_chip.h"

namespace hearth::ui {

FilterChips::FilterChips(const Columns& columns, QWidget* parent)
    : QWidget(parent), m_allColumns(columns) {
    new FlowLayout(this, metrics::kGrid);
    for (int i = 0; i < int(columns.size()); ++i) {
        const Column& column = columns[size_t(i)];
        if (!column.chips)
            continue;
        if (!m_columns.empty())
            addGap();
        m_columns.push_back(i);
        if (column.chipsShown)
            addValueChips(i);
        else
            addListChip(i);
    }
    setVisible(!m_columns.empty());
    translated(this, [this] { showTexts(); });
}

std::vector<int> FilterChips::columns() const {
    return m_columns;
}

void FilterChips::addValueChips(int index) {
    for (const StatusValue& value : m_allColumns[size_t(index)].values) {
        auto* chip = new FilterChip;
        layout()->addWidget(chip);
        m_valueChips.push_back({index, value.code, chip});
        connect(chip, &FilterChip::clicked, this,
                [this, index, code = value.code](bool on) { toggle(index, code, on); });
    }
}

void FilterChips::addGap() {
    auto* gap = new QWidget;
    gap->setFixedSize(metrics::kGrid, 1);
    layout()->addWidget(gap);
}

void FilterChips::addListChip(int index) {
    const ListChip list{index, new FilterChip, new QMenu(this)};
    list.chip->setOpensList(true);
    layout()->addWidget(list.chip);
    m_listChips.push_back(list);
    connect(list.chip, &FilterChip::clicked, this, [this, list] { openList(list); });
}

void FilterChips::toggle(int column, const QString& code, bool on) {
    if (on)
        m_values[column].insert(code);
    else
        m_values[column].remove(code);
    if (m_values[column].isEmpty())
        m_values.remove(column);
    for (const ListChip& list : m_listChips)
        showListText(list);
    emit changed();
}

void FilterChips::setValues(const QMap<int, QSet<QString>>& values) {
    m_values = values;
    for (const ValueChip& value : m_valueChips)
        value.chip->setChecked(values.value(value.column).contains(value.code));
    for (const ListChip& list : m_listChips)
        showListText(list);
}

void FilterChips::setCounts(const QMap<int, QHash<QString, int>>& counts) {
    m_counts = counts;
    for (const ValueChip& value : m_valueChips)
        value.chip->setCount(counts.value(value.column).value(value.code));
}

void FilterChips::showTexts() {
    for (const ValueChip& value : m_valueChips) {
        const Column& column = m_allColumns[size_t(value.column)];
        for (const StatusValue& status : column.values) {
            if (status.code == value.code)
                value.chip->setText(status.label());
        }
        value.chip->setAccessibleName(
            tr("Filter: %1 is %2").arg(column.title(), value.chip->text()));
    }
    for (const ListChip& list : m_listChips)
        showListText(list);
}

void FilterChips::showListText(const ListChip& list) {
    const Column& column = m_allColumns[size_t(list.column)];
    const QSet<QString> chosen = m_values.value(list.column);
    QStringList labels;
    for (const StatusValue& value : column.values) {
        if (chosen.contains(value.code))
            labels << value.label();
    }
    if (labels.isEmpty())
        list.chip->setText(column.title());
    else if (labels.size() <= 2)
        list.chip->setText(QStringLiteral("%1: %2").arg(column.title(), labels.join(", ")));
    else
        list.chip->setText(tr("%1: %n chosen", nullptr, int(labels.size())).arg(column.title()));
    list.chip->setChecked(!labels.isEmpty());
    list.chip->setAccessibleName(tr("Filter by %1").arg(column.title()));
    list.chip->updateGeometry();
}

void FilterChips::openList(const ListChip& list) {
    showListText(list);  // the click has toggled the chip
    list.menu->clear();
    const QHash<QString, int> counts = m_counts.value(list.column);
    for (const StatusValue& value : m_allColumns[size_t(list.column)].values) {
        QAction* action = list.menu->addAction(
            QStringLiteral("%1  %2").arg(value.label(), formatCount(counts.value(value.code))));
        action->setCheckable(true);
        action->setChecked(m_values.value(list.column).contains(value.code));
        connect(
            action, &QAction::toggled, this,
            [this, column = list.column, code = value.code](bool on) { toggle(column, code, on); });
    }
    list.menu->popup(list.chip->mapToGlobal(QPoint(0, list.chip->height() + 4)));
}

}  // namespace hearth::ui
