#include "ui/pages/schedules/week_view.h"

#include <QDateTime>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/schedules/schedule_texts.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kDays = 7;
constexpr int kHead = 28;
constexpr int kBox = 26;
constexpr int kBoxGap = 4;
constexpr int kSide = 4;     // around the boxes of a column
constexpr int kMany = 3;     // so many of one name are one box
constexpr int kPadding = 8;  // inside a box

QDateTime timeOf(qint64 unixSeconds) {
    return QDateTime::fromSecsSinceEpoch(unixSeconds);
}

QString tipOf(const WeekEntry& entry) {
    const QString from = comingText(entry.at);
    if (!entry.until)
        return QStringLiteral("%1\n%2").arg(entry.name, from);
    return WeekView::tr("%1\n%2, until about %3")
        .arg(entry.name, from, timeOf(*entry.until).toString("HH:mm"));
}

}  // namespace

WeekView::WeekView(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    translated(this, [this] {
        place();
        describe();
    });
}

void WeekView::setEntries(const QVector<WeekEntry>& entries) {
    if (m_entries == entries)
        return;
    m_entries = entries;
    std::ranges::sort(m_entries, {}, &WeekEntry::at);
    place();
    describe();
}

QRectF WeekView::columnOf(int day) const {
    const double width = double(this->width()) / kDays;
    return {std::floor(day * width), 0, std::floor((day + 1) * width) - std::floor(day * width),
            double(height())};
}

QVector<WeekView::Box> WeekView::boxesOf(int day) const {
    const QDate date = QDate::currentDate().addDays(day);
    QVector<WeekEntry> today;
    for (const WeekEntry& entry : m_entries)
        if (timeOf(entry.at).date() == date)
            today.append(entry);
    QVector<Box> boxes;
    for (const WeekEntry& entry : today) {
        const auto alike = [&](const WeekEntry& other) {
            return other.id == entry.id && !other.running && !entry.running;
        };
        const auto count = std::ranges::count_if(today, alike);
        const bool many = count > kMany;
        if (many && std::ranges::find_if(today, alike)->at != entry.at)
            continue;  // stands in the box of the first
        const QString clock = timeOf(entry.at).toString("HH:mm");
        boxes.append(
            {.rect = {},
             .text = many ? tr("%1× %2", "a number of starts, name").arg(count).arg(entry.name)
                          : QStringLiteral("%1 %2").arg(clock, entry.name),
             .tip = many ? tr("%1\n%n starts on this day, the first at %2", nullptr, int(count))
                               .arg(entry.name, clock)
                         : tipOf(entry),
             .id = entry.id,
             .running = entry.running});
    }
    const int room = std::max(1, int((height() - kHead - kSide + kBoxGap) / (kBox + kBoxGap)));
    if (boxes.size() > room) {
        const int left = int(boxes.size()) - room + 1;
        QStringList hidden;
        for (int i = room - 1; i < boxes.size(); ++i)
            hidden.append(boxes[i].text);
        boxes.resize(room - 1);
        boxes.append({.rect = {},
                      .text = tr("+%1 more", "further starts").arg(left),
                      .tip = hidden.join('\n'),
                      .id = {},
                      .running = false});
    }
    return boxes;
}

QStringList WeekView::linesOf(int day) const {
    QStringList lines;
    for (const Box& box : boxesOf(day))
        lines.append(box.text);
    return lines;
}

void WeekView::place() {
    m_boxes.clear();
    for (int day = 0; day < kDays; ++day) {
        const QRectF column = columnOf(day);
        double top = kHead + kSide;
        for (Box& box : boxesOf(day)) {
            box.rect = {column.left() + kSide, top, column.width() - 2 * kSide, double(kBox)};
            top += kBox + kBoxGap;
            m_boxes.append(box);
        }
    }
    update();
}

void WeekView::describe() {
    QStringList texts;
    for (const WeekEntry& entry : m_entries)
        texts.append(comingText(entry.at) + ' ' + entry.name);
    setAccessibleName(tr("The next seven days"));
    setAccessibleDescription(texts.join(QStringLiteral("; ")));
}

void WeekView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& c = colors();
    const QLocale locale = Language::instance().locale();
    const QDate today = QDate::currentDate();
    for (int day = 0; day < kDays; ++day) {
        const QRectF column = columnOf(day);
        if (day == 0)
            painter.fillRect(column, c.raised);
        if (day > 0)
            painter.fillRect(QRectF(column.left(), 0, 1, column.height()), c.border);
        painter.setFont(fontFor(day == 0 ? TextRole::BodyStrong : TextRole::Body));
        painter.setPen(day == 0 ? c.text : c.muted);
        const QString name =
            day == 0 ? tr("Today")
                     : locale.toString(today.addDays(day), tr("ddd d", "weekday and day"));
        painter.drawText(QRectF(column.left() + kSide + kPadding, 0, column.width(), kHead),
                         Qt::AlignLeft | Qt::AlignVCenter, name);
    }
    painter.fillRect(QRectF(0, kHead, width(), 1), c.border);
    paintBoxes(painter);
    if (m_boxes.isEmpty()) {
        painter.setFont(fontFor(TextRole::Body));
        painter.setPen(c.muted);
        painter.drawText(QRectF(0, kHead, width(), height() - kHead), Qt::AlignCenter,
                         tr("Nothing starts by the clock in the next seven days."));
    }
}

void WeekView::paintBoxes(QPainter& painter) const {
    const Colors& c = colors();
    painter.setFont(fontFor(TextRole::Caption));
    for (const Box& box : m_boxes) {
        const bool hovered = !box.id.isEmpty() &&
                             box.rect.contains(mapFromGlobal(QCursor::pos())) &&
                             box.id == m_hovered;
        if (!box.id.isEmpty()) {
            const QColor ink = box.running ? c.information : c.accent;
            paintBox(painter, box.rect, mix(c.surface, ink, hovered ? 0.2 : 0.11), {}, 4);
            painter.fillRect(QRectF(box.rect.left(), box.rect.top() + 4, 3, box.rect.height() - 8),
                             ink);
        }
        painter.setPen(box.id.isEmpty() ? c.muted : c.text);
        const QRectF room = box.rect.adjusted(kPadding, 0, -kSide, 0);
        painter.drawText(
            room, Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(box.text, Qt::ElideRight, int(room.width())));
    }
}

const WeekView::Box* WeekView::boxAt(const QPointF& position) const {
    const auto found =
        std::ranges::find_if(m_boxes, [&](const Box& box) { return box.rect.contains(position); });
    return found == m_boxes.end() ? nullptr : &*found;
}

void WeekView::mouseMoveEvent(QMouseEvent* event) {
    const Box* box = boxAt(event->position());
    m_hovered = box ? box->id : QString();
    setCursor(m_hovered.isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
    update();
}

void WeekView::mouseReleaseEvent(QMouseEvent* event) {
    const Box* box = boxAt(event->position());
    if (event->button() == Qt::LeftButton && box && !box->id.isEmpty())
        emit activated(box->id);
}

void WeekView::leaveEvent(QEvent*) {
    m_hovered.clear();
    update();
}

void WeekView::resizeEvent(QResizeEvent*) {
    place();
}

bool WeekView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const Box* box = boxAt(help->pos());
    if (!box) {
        QToolTip::hideText();
        return true;
    }
    QToolTip::showText(
        help->globalPos(),
        QStringLiteral("<p style='white-space:pre'>%1</p>").arg(box->tip.toHtmlEscaped()), this);
    return true;
}

}  // namespace hearth::ui
