#include "ui/pages/datasets/rows_list.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>

#include "ui/i18n/format.h"
#include "ui/pages/datasets/row_messages.h"
#include "ui/pages/datasets/rows_model.h"
#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kPadding = 12;
constexpr int kLineWidth = 76;

class RowDelegate : public QStyledItemDelegate {
public:
    RowDelegate(RowsModel& model, QObject* parent) : QStyledItemDelegate(parent), m_model(model) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const Colors& c = colors();
        const bool selected = option.state & QStyle::State_Selected;
        painter->save();
        painter->fillRect(option.rect, selected ? c.accentSoft : c.surface);
        painter->fillRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1,
                          c.border);
        const QRect room = option.rect.adjusted(kPadding, 0, -kPadding, -1);
        const DataRow* row = m_model.row(index.row());
        if (!row)
            paintSkeleton(*painter, room, index);
        else if (index.column() == 0)
            paintLine(*painter, room, row->line);
        else
            paintPreview(*painter, room, previewOf(row->row));
        painter->restore();
    }

private:
    static void paintSkeleton(QPainter& painter, const QRect& room, const QModelIndex& index) {
        painter.setRenderHint(QPainter::Antialiasing);
        const int width = room.width() * (40 + index.row() * 37 % 50) / 100;
        paintBox(painter, QRectF(room.left(), room.center().y() - 4, width, 10),
                 mix(colors().surface, colors().muted, 0.14), {}, 5);
    }
    static void paintLine(QPainter& painter, const QRect& room, qint64 line) {
        painter.setFont(fontFor(TextRole::MonoCaption));
        painter.setPen(colors().muted);
        drawTabular(painter, room, Qt::AlignRight, formatCount(line));
    }
    static void paintPreview(QPainter& painter, const QRect& room, const RowPreview& preview) {
        painter.setFont(fontFor(TextRole::Body));
        const QFontMetrics metrics = painter.fontMetrics();
        // The question has two thirds when the answer needs the rest.
        const int noteWidth =
            preview.note.isEmpty()
                ? 0
                : std::min(metrics.horizontalAdvance(preview.note) + kPadding,
                           std::max(room.width() / 3, room.width() - kPadding -
                                                          metrics.horizontalAdvance(preview.text)));
        const QRect left = room.adjusted(0, 0, -noteWidth, 0);
        const QString text = metrics.elidedText(preview.text, Qt::ElideRight, left.width());
        painter.setPen(colors().text);
        painter.drawText(left, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
        const int used = preview.text.isEmpty() ? 0 : metrics.horizontalAdvance(text) + kPadding;
        const QRect rest = room.adjusted(used, 0, 0, 0);
        painter.setPen(colors().muted);
        painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                         metrics.elidedText(preview.note, Qt::ElideRight, rest.width()));
    }

    RowsModel& m_model;
};

}  // namespace

RowsList::RowsList(RowsModel& model, QWidget* parent) : QTableView(parent), m_model(model) {
    setModel(&model);
    setItemDelegate(new RowDelegate(model, this));
    horizontalHeader()->hide();
    horizontalHeader()->setSectionResizeMode(0, QHeaderView::Fixed);
    horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    setColumnWidth(0, kLineWidth);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(metrics::kRowHeight);
    setFrameShape(QFrame::NoFrame);
    setShowGrid(false);
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setTabKeyNavigation(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    connect(this, &QAbstractItemView::doubleClicked, this,
            [this](const QModelIndex& index) { emit opened(index.row()); });
}

void RowsList::currentChanged(const QModelIndex& current, const QModelIndex& previous) {
    QTableView::currentChanged(current, previous);
    viewport()->update();
    emit currentRowChanged(current.isValid() ? current.row() : -1);
}

void RowsList::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && currentIndex().isValid())
        emit opened(currentIndex().row());
    else
        QTableView::keyPressEvent(event);
}

void RowsList::paintEvent(QPaintEvent* event) {
    QPainter ground(viewport());
    ground.fillRect(viewport()->rect(), colors().surface);
    ground.end();
    QTableView::paintEvent(event);
    if (!hasFocus() || !showsFocusRing(this))
        return;
    QPainter painter(viewport());
    QRectF ring = viewport()->rect();
    if (currentIndex().isValid())
        ring = QRectF(0, rowViewportPosition(currentIndex().row()), viewport()->width(),
                      metrics::kRowHeight - 1);
    paintFocusRing(painter, ring.adjusted(1, 1, -1, -1), 4);
}

}  // namespace hearth::ui
