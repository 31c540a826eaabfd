#include "ui/widgets/table/table_header.h"

#include <QKeyEvent>
#include <QPainter>

#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/table/cell_delegate.h"

namespace hearth::ui {
namespace {
constexpr int kArrow = 14;
constexpr int kKeyboardResize = 16;
}  // namespace

TableHeader::TableHeader(QWidget* parent) : QHeaderView(Qt::Horizontal, parent) {
    setSectionsClickable(true);
    setSectionsMovable(true);
    setHighlightSections(false);
    setFocusPolicy(Qt::TabFocus);
    setMinimumSectionSize(56);
    setFont(fontFor(TextRole::Caption));
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(this, &QHeaderView::sectionClicked, this, &TableHeader::sortRequested);
}

QSize TableHeader::sizeHint() const {
    return {QHeaderView::sizeHint().width(), metrics::kRowHeight};
}

void TableHeader::setSort(SortOrder sort) {
    m_sort = sort;
    viewport()->update();
}

void TableHeader::paintEvent(QPaintEvent* event) {
    QHeaderView::paintEvent(event);
    // Behind the last section, which QHeaderView leaves to the style.
    QPainter painter(viewport());
    const int end = length() - offset();
    const QRect rest(end, 0, viewport()->width() - end, viewport()->height());
    if (rest.width() > 0) {
        painter.fillRect(rest, colors().surface);
        painter.fillRect(QRect(rest.left(), rest.bottom(), rest.width(), 1), colors().border);
    }
}

void TableHeader::paintSection(QPainter* painter, const QRect& rect, int section) const {
    const bool sorted = m_sort.column == section;
    painter->fillRect(rect, colors().surface);
    painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), colors().border);

    QFont titleFont = font();
    titleFont.setWeight(QFont::DemiBold);
    painter->setFont(titleFont);
    painter->setPen(sorted ? colors().text : colors().muted);
    const auto alignment =
        Qt::Alignment(model()->headerData(section, orientation(), Qt::TextAlignmentRole).toInt());
    QRect room = rect.adjusted(kCellPadding, 0, -kCellPadding, 0);
    if (sorted)
        room.setWidth(room.width() - kArrow - 4);
    const QString title = painter->fontMetrics().elidedText(
        model()->headerData(section, orientation()).toString(), Qt::ElideRight, room.width());
    painter->drawText(room, int(alignment), title);
    if (sorted) {
        const int x = alignment & Qt::AlignRight
                          ? room.right() + 5
                          : room.left() + painter->fontMetrics().horizontalAdvance(title) + 4;
        paintIcon(*painter, QRectF(x, rect.center().y() - kArrow / 2.0 + 0.5, kArrow, kArrow),
                  m_sort.direction == Qt::AscendingOrder ? "sort_up" : "sort_down", colors().text);
    }
    if (hasFocus() && section == m_current && showsFocusRing(this))
        paintFocusRing(*painter, QRectF(rect).adjusted(2, 3, -2, -3));
}

int TableHeader::neighbour(int section, int direction) const {
    for (int v = visualIndex(section) + direction; v >= 0 && v < count(); v += direction) {
        if (!isSectionHidden(logicalIndex(v)))
            return logicalIndex(v);
    }
    return section;
}

void TableHeader::setCurrent(int section) {
    m_current = section;
    if (isSectionHidden(m_current))
        m_current = neighbour(m_current, 1);
    const QString title = model()->headerData(m_current, orientation()).toString();
    setAccessibleDescription(title);
    viewport()->update();
}

void TableHeader::moveCurrent(int direction) {
    const int other = neighbour(m_current, direction);
    if (other != m_current)
        moveSection(visualIndex(m_current), visualIndex(other));
}

void TableHeader::step(int direction) {
    setCurrent(neighbour(m_current, direction));
}

void TableHeader::keyPressEvent(QKeyEvent* event) {
    const int key = event->key();
    if (key == Qt::Key_Left || key == Qt::Key_Right) {
        const int direction = key == Qt::Key_Left ? -1 : 1;
        if (event->modifiers() & Qt::ControlModifier)
            moveCurrent(direction);
        else if (event->modifiers() & Qt::ShiftModifier)
            resizeSection(m_current,
                          std::max(minimumSectionSize(),
                                   sectionSize(m_current) + direction * kKeyboardResize));
        else
            step(direction);
    } else if (key == Qt::Key_Space || key == Qt::Key_Return || key == Qt::Key_Enter) {
        emit sortRequested(m_current);
    } else {
        QHeaderView::keyPressEvent(event);
    }
}

void TableHeader::focusInEvent(QFocusEvent* event) {
    QHeaderView::focusInEvent(event);
    setCurrent(m_current);
}

void TableHeader::focusOutEvent(QFocusEvent* event) {
    QHeaderView::focusOutEvent(event);
    viewport()->update();
}

}  // namespace hearth::ui
