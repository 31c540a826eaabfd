#include "ui/widgets/chart/chart_table.h"

#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include "ui/i18n/format.h"
#include "ui/theme/tabular.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kRow = 28;

class TabularDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->fillRect(option.rect, selected ? colors().accentSoft : colors().surface);
        painter->setPen(colors().border);
        painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());
        painter->setFont(option.font);
        painter->setPen(colors().text);
        drawTabular(*painter, option.rect.adjusted(12, 0, -12, 0),
                    index.column() == 0 ? Qt::AlignLeft : Qt::AlignRight, index.data().toString());
        if (option.state & QStyle::State_HasFocus) {
            painter->setPen(colors().accent);
            painter->drawRect(option.rect.adjusted(0, 0, -1, -2));
        }
        painter->restore();
    }
};

}  // namespace

void ChartTableModel::setRows(ChartRows rows, Quantity y, const QString& xName) {
    beginResetModel();
    m_rows = std::move(rows);
    m_quantity = y;
    m_xName = xName;
    endResetModel();
}

int ChartTableModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_rows.x.size());
}

int ChartTableModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_rows.y.size()) + 1;
}

QVariant ChartTableModel::data(const QModelIndex& index, int role) const {
    if (role != Qt::DisplayRole || !index.isValid())
        return {};
    const auto row = size_t(index.row());
    if (index.column() == 0)  // a step without the word, which stands in the heading
        return m_rows.xQuantity == Quantity::Step ? formatCount(std::llround(m_rows.x[row]))
                                                  : valueLabel(m_rows.x[row], m_rows.xQuantity);
    return valueLabel(m_rows.y[size_t(index.column() - 1)][row], m_quantity);
}

QVariant ChartTableModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation == Qt::Vertical)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return section == 0 ? m_xName : m_rows.names.value(section - 1);
}

ChartTable::ChartTable(QWidget* parent) : QTableView(parent), m_model(new ChartTableModel(this)) {
    setModel(m_model);
    setItemDelegate(new TabularDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setEditTriggers(NoEditTriggers);
    setSelectionBehavior(SelectRows);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);  // a million rows, never measured
    verticalHeader()->setDefaultSectionSize(kRow);
    horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    horizontalHeader()->setHighlightSections(false);
}

void ChartTable::setRows(ChartRows rows, Quantity y, const QString& xName) {
    m_model->setRows(std::move(rows), y, xName);
    if (m_model->rowCount() > 0)
        setCurrentIndex(m_model->index(0, 0));
}

void ChartTable::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        copySelection();
    else if (!event->text().isEmpty() && event->text().front().isLetter())
        event->ignore();
    else
        QTableView::keyPressEvent(event);
}

void ChartTable::copySelection() const {
    QStringList lines;
    for (const QModelIndex& index : selectionModel()->selectedRows()) {
        QStringList cells;
        for (int column = 0; column < m_model->columnCount(); ++column)
            cells.append(index.siblingAtColumn(column).data().toString());
        lines.append(cells.join('\t'));
    }
    QApplication::clipboard()->setText(lines.join('\n'));
}

}  // namespace hearth::ui
