#include "ui/widgets/table/cell_delegate.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/i18n/format.h"
#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/theme/theme.h"
#include "ui/widgets/status_pill.h"
#include "ui/widgets/table/cell_text.h"
#include "ui/widgets/table/table_model.h"

namespace hearth::ui {
namespace {

constexpr int kMark = 9;
constexpr int kMarkGap = 8;
constexpr int kBarHeight = 6;
constexpr int kBarTextWidth = 44;

QFont fontOf(const Column& column) {
    return fontFor(column.kind == CellKind::Mono ? TextRole::MonoCaption : TextRole::Body);
}

bool hasMark(const StatusValue* status) {
    return status && status->tone != Tone::Normal;
}

void paintText(QPainter& painter, const QRect& room, const Column& column, const Cell& cell,
               const QColor& ink) {
    const QFontMetrics metrics = painter.fontMetrics();
    const auto elide = column.kind == CellKind::Mono ? Qt::ElideMiddle : Qt::ElideRight;
    const QString text = metrics.elidedText(cellText(column, cell), elide, room.width());
    painter.setPen(ink);
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
    const int used = metrics.horizontalAdvance(text) + 8;
    if (cell.note.isEmpty() || used + 16 > room.width())
        return;
    painter.setPen(colors().muted);
    const QRect rest = room.adjusted(used, 0, 0, 0);
    painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     metrics.elidedText(cell.note, Qt::ElideRight, rest.width()));
}

void paintStatus(QPainter& painter, QRect room, const Column& column, const Cell& cell,
                 const QColor& ink) {
    const StatusValue* status = statusOf(column, cell);
    if (hasMark(status)) {
        paintToneMark(painter,
                      QRectF(room.left(), room.center().y() + 0.5 - kMark / 2.0, kMark, kMark),
                      status->tone);
        room.setLeft(room.left() + kMark + kMarkGap);
    }
    paintText(painter, room, column, cell, ink);
}

void paintProgress(QPainter& painter, const QRect& room, const Column& column, const Cell& cell,
                   const QColor& ink) {
    const double share = std::clamp(cell.number, 0.0, 1.0);
    const QRectF bar(room.left(), room.center().y() + 0.5 - kBarHeight / 2.0,
                     std::max(room.width() - kBarTextWidth, 8), kBarHeight);
    painter.setPen(Qt::NoPen);
    painter.setBrush(mix(colors().surface, colors().muted, 0.22));
    painter.drawRoundedRect(bar, kBarHeight / 2.0, kBarHeight / 2.0);
    painter.setBrush(colors().accent);
    QRectF done = bar;
    done.setWidth(std::max<double>(kBarHeight, bar.width() * share));
    if (share > 0)
        painter.drawRoundedRect(done, kBarHeight / 2.0, kBarHeight / 2.0);
    painter.setPen(ink);
    drawTabular(painter, room, Qt::AlignRight, cellText(column, cell));
}

void paintValue(QPainter& painter, const QRect& room, const Column& column, const Cell& cell,
                const QColor& ink) {
    painter.setFont(fontOf(column));
    if (isMissing(column, cell)) {
        painter.setPen(colors().muted);
        painter.drawText(room, int(alignmentOf(column) | Qt::AlignVCenter), cellText(column, cell));
    } else if (column.kind == CellKind::Status) {
        paintStatus(painter, room, column, cell, ink);
    } else if (column.kind == CellKind::Progress) {
        paintProgress(painter, room, column, cell, ink);
    } else if (isNumeric(column.kind)) {
        painter.setPen(ink);
        drawTabular(painter, room, alignmentOf(column), cellText(column, cell));
    } else {
        paintText(painter, room, column, cell, ink);
    }
}

const TableModel* tableOf(const QModelIndex& index) {
    return qobject_cast<const TableModel*>(index.model());
}

/// Never read as markup: what a node says may begin like a tag.
QString asPlainToolTip(const QString& text) {
    return QStringLiteral("<p style='white-space:pre-wrap'>%1</p>").arg(text.toHtmlEscaped());
}

}  // namespace

int cellWidth(const Column& column, const Cell& cell) {
    const QFontMetrics metrics(fontOf(column));
    const QString text = cellText(column, cell);
    int width = isNumeric(column.kind) ? int(std::ceil(tabularWidth(fontOf(column), text)))
                                       : metrics.horizontalAdvance(text);
    if (!cell.note.isEmpty())
        width += 8 + metrics.horizontalAdvance(cell.note);
    if (column.kind == CellKind::Status && hasMark(statusOf(column, cell)))
        width += kMark + kMarkGap;
    return width + 2 * kCellPadding;
}

void CellDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index) const {
    const TableModel* model = tableOf(index);
    if (!model)
        return;
    const Column& column = model->columns()[size_t(index.column())];
    const TableRow& row = model->shownRow(index.row());
    const Colors& c = colors();
    const bool selected = option.state & QStyle::State_Selected;
    const bool hovered = index.row() == m_hovered;
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor ground = selected ? c.accentSoft : hovered ? c.raised : c.surface;
    painter->fillRect(option.rect, ground);
    const QRect hairline(option.rect.left(), option.rect.bottom(), option.rect.width(), 1);
    painter->fillRect(hairline, selected ? mix(c.accentSoft, c.border, 0.8) : c.border);
    paintValue(*painter, option.rect.adjusted(kCellPadding, 0, -kCellPadding, -1), column,
               cellOf(row, index.column()), row.faded ? c.muted : c.text);
    painter->restore();
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const {
    const TableModel* model = tableOf(index);
    if (!model)
        return {};
    const int width = cellWidth(model->columns()[size_t(index.column())],
                                cellOf(model->shownRow(index.row()), index.column()));
    return {width, metrics::kRowHeight};
}

bool CellDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view,
                             const QStyleOptionViewItem& option, const QModelIndex& index) {
    const TableModel* model = tableOf(index);
    if (event->type() != QEvent::ToolTip || !model)
        return false;
    const Column& column = model->columns()[size_t(index.column())];
    const Cell& cell = cellOf(model->shownRow(index.row()), index.column());
    QString text;
    if (column.kind == CellKind::Time && !isMissing(column, cell))
        text = formatExactly(qint64(cell.number));
    else if (cellWidth(column, cell) > option.rect.width())
        text = cell.note.isEmpty() ? cellText(column, cell)
                                   : cellText(column, cell) + u'\n' + cell.note;
    if (text.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(event->globalPos(), asPlainToolTip(text), view);
    return true;
}

}  // namespace hearth::ui
