#include "ui/widgets/table/table_view.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/table/cell_delegate.h"
#include "ui/widgets/table/table_header.h"

namespace hearth::ui {
namespace {
// A selection that falls into more runs than this is let go when the order changes: Qt's selection
// compares every run with every other one, and half a million pairs take longer than a frame.
constexpr size_t kMaxRuns = 1000;
}  // namespace

TableView::TableView(TableModel& model, QWidget* parent)
    : QTableView(parent),
      m_model(model),
      m_header(new TableHeader(this)),
      m_delegate(new CellDelegate(this)) {
    setHorizontalHeader(m_header);
    setModel(&model);
    setItemDelegate(m_delegate);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(ExtendedSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    setWordWrap(false);
    setCornerButtonEnabled(false);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    connect(this, &QAbstractItemView::doubleClicked, this,
            [this](const QModelIndex&) { emit activatedRow(currentId()); });
    connect(m_header, &QHeaderView::sectionResized, this, [this](int section) {
        if (section != stretchColumn())
            fitColumns();
    });
    for (int i = 0; i < int(model.columns().size()); ++i) {
        setColumnWidth(i, model.columns()[size_t(i)].width);
        setColumnHidden(i, model.columns()[size_t(i)].hidden);
    }
}

TableView::Anchor TableView::anchor() const {
    Anchor anchor;
    const int top = rowAt(0);
    if (top >= 0 && verticalScrollBar()->value() > 0) {
        anchor.topId = m_model.shownRow(top).id;
        anchor.offset = -rowViewportPosition(top);
    }
    anchor.currentId = currentId();
    anchor.selected = selectedIds();
    return anchor;
}

std::shared_ptr<const Arrangement> TableView::apply(
    const std::shared_ptr<const Arrangement>& arrangement, Scroll scroll) {
    const Anchor before = anchor();
    const QStringList selectedBefore = before.selected;
    m_restoring = true;
    auto old = m_model.apply(arrangement);
    // Unless the order changed, the model was not reset and nothing was lost.
    if (!selectionModel()->currentIndex().isValid() || selectedIds() != before.selected)
        restore(before, scroll);
    m_restoring = false;
    setHovered(-1);
    if (currentId() != m_announcedId)
        emit currentIdChanged(m_announcedId = currentId());
    if (selectedIds() != selectedBefore)
        emit selectedIdsChanged();
    return old;
}

void TableView::restore(const Anchor& anchor, Scroll scroll) {
    restoreSelection(anchor.selected);
    const int current = m_model.shownAt(anchor.currentId);
    if (current >= 0)
        selectionModel()->setCurrentIndex(m_model.index(current, 0), QItemSelectionModel::NoUpdate);
    if (scroll == Scroll::ShowCurrent) {
        if (current >= 0)
            scrollTo(m_model.index(current, std::max(0, columnAt(0))), EnsureVisible);
        else
            verticalScrollBar()->setValue(0);
        return;
    }
    const int top = m_model.shownAt(anchor.topId);
    if (top >= 0) {
        executeDelayedItemsLayout();
        verticalScrollBar()->setValue(top * metrics::kRowHeight + anchor.offset);
    }
}

void TableView::restoreSelection(const QStringList& ids) {
    std::vector<int> places;
    for (const QString& id : ids) {
        if (const int place = m_model.shownAt(id); place >= 0)
            places.push_back(place);
    }
    std::sort(places.begin(), places.end());
    QItemSelection selection;
    size_t runs = 0;
    for (size_t begin = 0, end = 0; begin < places.size(); begin = end) {
        for (end = begin + 1; end < places.size() && places[end] == places[end - 1] + 1;)
            ++end;
        if (++runs > kMaxRuns)
            return;
        selection.append(
            QItemSelectionRange(m_model.index(places[begin], 0),
                                m_model.index(places[end - 1], m_model.columnCount() - 1)));
    }
    selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
}

QString TableView::currentId() const {
    const QModelIndex current = currentIndex();
    return current.isValid() ? m_model.shownRow(current.row()).id : QString();
}

bool TableView::setCurrentId(const QString& id) {
    const int shown = m_model.shownAt(id);
    if (shown < 0)
        return false;
    const QModelIndex index = m_model.index(shown, 0);
    selectionModel()->setCurrentIndex(
        index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    scrollTo(index, EnsureVisible);
    return true;
}

std::vector<int> TableView::selectedIndices() const {
    std::vector<int> shown;
    for (const QItemSelectionRange& range : selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row)
            shown.push_back(row);
    }
    std::sort(shown.begin(), shown.end());
    shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
    for (int& row : shown)
        row = m_model.order()[size_t(row)];
    return shown;
}

QStringList TableView::selectedIds() const {
    QStringList ids;
    for (int index : selectedIndices())
        ids << m_model.rows()[index].id;
    return ids;
}

void TableView::clearSelectedRows() {
    selectionModel()->clear();
}

std::vector<int> TableView::visibleColumns() const {
    std::vector<int> columns;
    for (int visual = 0; visual < m_header->count(); ++visual) {
        const int logical = m_header->logicalIndex(visual);
        if (!m_header->isSectionHidden(logical))
            columns.push_back(logical);
    }
    return columns;
}

int TableView::stretchColumn() const {
    const std::vector<int> shown = visibleColumns();
    const auto asked = std::find_if(shown.begin(), shown.end(), [&](int column) {
        return m_model.columns()[size_t(column)].stretch;
    });
    if (asked != shown.end())
        return *asked;
    return shown.empty() ? -1 : shown.back();
}

void TableView::fitColumns() {
    const int column = stretchColumn();
    if (m_fitting || column < 0)
        return;
    m_fitting = true;
    int others = 0;
    for (int shown : visibleColumns())
        others += shown == column ? 0 : m_header->sectionSize(shown);
    setColumnWidth(column,
                   std::max(m_model.columns()[size_t(column)].width, viewport()->width() - others));
    m_fitting = false;
}

void TableView::resizeEvent(QResizeEvent* event) {
    QTableView::resizeEvent(event);
    fitColumns();
}

void TableView::setSkeleton(bool on) {
    m_skeleton = on;
    viewport()->update();
}

void TableView::updateRow(int row) {
    if (row >= 0 && row < m_model.rowCount())
        viewport()->update(0, rowViewportPosition(row), viewport()->width(), metrics::kRowHeight);
}

void TableView::setHovered(int row) {
    const int before = m_delegate->hoveredRow();
    if (row == before)
        return;
    m_delegate->setHoveredRow(row);
    updateRow(before);
    updateRow(row);
}

void TableView::mouseMoveEvent(QMouseEvent* event) {
    setHovered(rowAt(event->pos().y()));
    QTableView::mouseMoveEvent(event);
}

void TableView::leaveEvent(QEvent* event) {
    setHovered(-1);
    QTableView::leaveEvent(event);
}

void TableView::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (event->matches(QKeySequence::Copy))
        emit copyRequested();
    else if (enter && currentIndex().isValid())
        emit activatedRow(currentId());
    else if (event->key() == Qt::Key_Up && !event->modifiers() && currentIndex().row() <= 0)
        emit leftUpwards();
    else if (event->key() == Qt::Key_Escape && selectedIndices().size() > 1)
        setCurrentId(currentId());
    else
        QTableView::keyPressEvent(event);
}

void TableView::contextMenuEvent(QContextMenuEvent* event) {
    QPoint at = event->globalPos();
    if (event->reason() == QContextMenuEvent::Keyboard && currentIndex().isValid()) {
        const int y = rowViewportPosition(currentIndex().row()) + metrics::kRowHeight;
        at = viewport()->mapToGlobal(QPoint(kCellPadding, y));
    }
    emit menuRequested(at);
}

void TableView::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTableView::currentChanged(current, previous);
    updateRow(previous.row());
    updateRow(current.row());
    if (!m_restoring && currentId() != m_announcedId)
        emit currentIdChanged(m_announcedId = currentId());
}

void TableView::selectionChanged(const QItemSelection& selected, const QItemSelection& deselected) {
    QTableView::selectionChanged(selected, deselected);
    if (!m_restoring)
        emit selectedIdsChanged();
}

void TableView::paintSkeleton(QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor bar = mix(colors().surface, colors().muted, 0.14);
    for (int row = 0; row * metrics::kRowHeight < viewport()->height(); ++row) {
        const int y = row * metrics::kRowHeight;
        for (int column : visibleColumns()) {
            const int x = columnViewportPosition(column) + kCellPadding;
            const int room = std::min(columnWidth(column) - 2 * kCellPadding, 240);
            // Uneven, as real values are, and the same at every repaint.
            const int width = room * (45 + (row * 37 + column * 53) % 50) / 100;
            paintBox(painter, QRectF(x, y + 13, width, 10), bar, {}, 5);
        }
        painter.fillRect(0, y + metrics::kRowHeight - 1, viewport()->width(), 1, colors().border);
    }
}

void TableView::paintFocus(QPainter& painter) {
    const QModelIndex current = currentIndex();
    if (!hasFocus() || !showsFocusRing(this))
        return;
    if (!current.isValid()) {
        paintFocusRing(painter, QRectF(viewport()->rect()).adjusted(1, 1, -1, -1));
        return;
    }
    const QRectF row(0, rowViewportPosition(current.row()), viewport()->width(),
                     metrics::kRowHeight - 1);
    paintFocusRing(painter, row.adjusted(1, 1, -1, -1), 4);
}

void TableView::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), colors().surface);
    if (m_skeleton)
        return paintSkeleton(painter);
    painter.end();
    QTableView::paintEvent(event);
    painter.begin(viewport());
    paintFocus(painter);
}

}  // namespace hearth::ui
