#include "ui/widgets/log/log_area.h"

#include <QEvent>
#include <QKeyEvent>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

#include "ui/theme/theme.h"
#include "ui/widgets/log/log_wrap.h"

namespace hearth::ui {
namespace {
constexpr int kPadding = 12;
constexpr int kTop = 4;
}  // namespace

LogArea::LogArea(QWidget* parent) : QAbstractScrollArea(parent) {
    setFrameShape(QFrame::NoFrame);
    setFont(fontFor(TextRole::MonoCaption));
    viewport()->setCursor(Qt::IBeamCursor);
    setFocusPolicy(Qt::StrongFocus);
    measure();
}

void LogArea::measure() {
    const QFontMetricsF metrics(font());
    m_cell = metrics.horizontalAdvance(u'0');
    m_rowHeight = int(std::ceil(metrics.height())) + 2;
}

void LogArea::append(const QString& text, Tone tone) {
    const qint64 before = m_buffer.end();
    const int dropped = m_buffer.append(text, tone);
    for (int i = 0; i < dropped && !m_rowCounts.empty(); ++i) {
        m_totalRows -= m_rowCounts.front();
        m_droppedRows += m_rowCounts.front();
        m_rowCounts.pop_front();
    }
    for (qint64 n = std::max(before, m_buffer.first()); n < m_buffer.end(); ++n) {
        countLine(m_buffer.line(n));
    }
}

void LogArea::countLine(const LogLine& line) {
    int rows = 1;
    if (m_columns > 0)
        rows = line.singleCells ? std::max((line.cells + m_columns - 1) / m_columns, 1)
                                : rowCount(line.text, m_columns);
    m_rowCounts.push_back(rows);
    m_totalRows += rows;
    m_longest = std::max(m_longest, line.cells);
}

void LogArea::flush() {
    const qint64 dropped = std::exchange(m_droppedRows, 0);
    // What one reads stays in its place while older lines leave.
    const int value = verticalScrollBar()->value() - int(m_following ? 0 : dropped);
    updateScrollBars();
    verticalScrollBar()->setValue(m_following ? verticalScrollBar()->maximum() : value);
    viewport()->update();
}

void LogArea::clear() {
    m_buffer.clear();
    m_anchor = m_cursor = {};
    countRows();
    jumpToEnd();
}

void LogArea::countRows() {
    m_columns = m_wrap ? std::max(int((viewport()->width() - 2 * kPadding) / m_cell), 10) : 0;
    m_rowCounts.clear();
    m_totalRows = 0;
    m_longest = 0;
    for (qint64 n = m_buffer.first(); n < m_buffer.end(); ++n) {
        countLine(m_buffer.line(n));
    }
    updateScrollBars();
    viewport()->update();
}

int LogArea::rowsInSight() const {
    return std::max((viewport()->height() - kTop) / m_rowHeight, 1);
}

void LogArea::updateScrollBars() {
    QScrollBar* vertical = verticalScrollBar();
    const bool following = m_following;
    vertical->setPageStep(rowsInSight());
    vertical->setRange(0, int(std::max<qint64>(m_totalRows - rowsInSight(), 0)));
    QScrollBar* horizontal = horizontalScrollBar();
    const int room = viewport()->width() - 2 * kPadding;
    horizontal->setPageStep(room);
    horizontal->setSingleStep(int(8 * m_cell));
    horizontal->setRange(0, m_wrap ? 0 : std::max(int(m_longest * m_cell) - room, 0));
    if (following)
        jumpToEnd();
}

void LogArea::setWrap(bool wrap) {
    if (wrap == m_wrap)
        return;
    const LogPosition top = positionAt(QPoint(kPadding, 0));
    m_wrap = wrap;
    countRows();
    if (m_following)
        jumpToEnd();
    else if (top.line >= 0)
        verticalScrollBar()->setValue(int(rowOf({top.line, 0})));
}

void LogArea::jumpToEnd() {
    verticalScrollBar()->setValue(verticalScrollBar()->maximum());
    noticeFollowing();
}

qint64 LogArea::topLine() const {
    return std::max(rowAt(verticalScrollBar()->value()).line, m_buffer.first());
}

void LogArea::noticeFollowing() {
    const bool following = verticalScrollBar()->value() >= verticalScrollBar()->maximum();
    if (following == m_following)
        return;
    m_following = following;
    emit followingChanged(following);
}

void LogArea::scrollContentsBy(int, int dy) {
    if (dy != 0)
        noticeFollowing();
    viewport()->update();
}

void LogArea::resizeEvent(QResizeEvent* event) {
    const bool following = m_following;
    QAbstractScrollArea::resizeEvent(event);
    m_following = following;
    if (m_wrap)
        countRows();
    else
        updateScrollBars();
}

void LogArea::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        measure();
        countRows();
    }
}

LogArea::Row LogArea::rowAt(qint64 index) const {
    for (size_t i = 0; i < m_rowCounts.size(); ++i) {
        if (index >= m_rowCounts[i]) {
            index -= m_rowCounts[i];
            continue;
        }
        Row row{m_buffer.first() + qint64(i), 0};
        const QString& text = m_buffer.line(row.line).text;
        while (index-- > 0)
            row.begin = rowEnd(text, row.begin, m_columns);
        return row;
    }
    return {};
}

qint64 LogArea::rowOf(LogPosition position) const {
    qint64 row = 0;
    const size_t lines = size_t(std::max<qint64>(position.line - m_buffer.first(), 0));
    for (size_t i = 0; i < lines && i < m_rowCounts.size(); ++i)
        row += m_rowCounts[i];
    if (position.line < m_buffer.first() || position.line >= m_buffer.end())
        return row;
    const QString& text = m_buffer.line(position.line).text;
    for (qsizetype at = rowEnd(text, 0, m_columns); at <= position.column && at < text.size();
         at = rowEnd(text, at, m_columns))
        ++row;
    return row;
}

LogPosition LogArea::positionAt(const QPoint& point) const {
    const Row row =
        rowAt(verticalScrollBar()->value() + std::max(point.y() - kTop, 0) / m_rowHeight);
    if (row.line < 0) {
        if (m_buffer.isEmpty())
            return {};
        return {m_buffer.end() - 1, m_buffer.line(m_buffer.end() - 1).text.size()};
    }
    const QString& text = m_buffer.line(row.line).text;
    const double cell = (point.x() - kPadding + horizontalScrollBar()->value()) / m_cell;
    const qsizetype column = characterAt(text, row.begin, std::max(cell, 0.0));
    return {row.line, std::min(column, rowEnd(text, row.begin, m_columns))};
}

void LogArea::setNeedle(const QString& needle) {
    m_needle = needle;
    viewport()->update();
}

void LogArea::showMatch(LogPosition from, qsizetype length) {
    m_anchor = from;
    m_cursor = {from.line, from.column + length};
    setAccessibleDescription(m_buffer.line(from.line).text);
    const qint64 row = rowOf(from);
    const int top = verticalScrollBar()->value();
    if (row < top || row >= top + rowsInSight())
        verticalScrollBar()->setValue(int(std::max<qint64>(row - rowsInSight() / 2, 0)));
    if (!m_wrap) {
        const QString& text = m_buffer.line(from.line).text;
        const int left = int(cellsOf(QStringView(text).left(from.column)) * m_cell);
        const int room = viewport()->width() - 2 * kPadding;
        if (left < horizontalScrollBar()->value() || left > horizontalScrollBar()->value() + room)
            horizontalScrollBar()->setValue(std::max(left - room / 2, 0));
    }
    viewport()->update();
}

void LogArea::selectAll() {
    m_anchor = {m_buffer.first(), 0};
    m_cursor = m_buffer.isEmpty()
                   ? m_anchor
                   : LogPosition{m_buffer.end() - 1, m_buffer.line(m_buffer.end() - 1).text.size()};
    viewport()->update();
}

QString LogArea::selectedText() const {
    LogPosition from{m_buffer.first(), 0};
    LogPosition to{m_buffer.end(), 0};
    if (hasSelection()) {
        from = std::max(from, selectionStart());
        to = std::min(to, selectionEnd());
    }
    QString text;
    for (qint64 n = from.line; n <= to.line && n < m_buffer.end(); ++n) {
        const QString& line = m_buffer.line(n).text;
        const qsizetype begin = n == from.line ? from.column : 0;
        const bool last = n == to.line;
        text += QStringView(line).mid(begin, (last ? to.column : line.size()) - begin);
        if (!last)
            text += u'\n';
    }
    return text;
}

void LogArea::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return;
    m_cursor = positionAt(event->pos());
    if (!(event->modifiers() & Qt::ShiftModifier) || m_anchor.line < 0)
        m_anchor = m_cursor;
    viewport()->update();
}

void LogArea::mouseMoveEvent(QMouseEvent* event) {
    if (!(event->buttons() & Qt::LeftButton))
        return;
    if (event->pos().y() < 0)
        verticalScrollBar()->triggerAction(QScrollBar::SliderSingleStepSub);
    else if (event->pos().y() > viewport()->height())
        verticalScrollBar()->triggerAction(QScrollBar::SliderSingleStepAdd);
    m_cursor = positionAt(event->pos());
    viewport()->update();
}

void LogArea::mouseDoubleClickEvent(QMouseEvent* event) {
    const LogPosition at = positionAt(event->pos());
    if (at.line < 0)
        return;
    const QString& text = m_buffer.line(at.line).text;
    const auto isWord = [&](qsizetype i) {
        return text[i].isLetterOrNumber() || text[i] == u'_' || text[i] == u'-';
    };
    qsizetype begin = at.column;
    qsizetype end = at.column;
    while (begin > 0 && isWord(begin - 1))
        --begin;
    while (end < text.size() && isWord(end))
        ++end;
    m_anchor = {at.line, begin};
    m_cursor = {at.line, end};
    viewport()->update();
}

void LogArea::keyPressEvent(QKeyEvent* event) {
    QScrollBar* bar = verticalScrollBar();
    if (event->matches(QKeySequence::Copy))
        emit copyRequested();
    else if (event->matches(QKeySequence::SelectAll))
        selectAll();
    else if (event->key() == Qt::Key_Home)
        bar->setValue(bar->minimum());
    else if (event->key() == Qt::Key_End)
        bar->setValue(bar->maximum());
    else
        QAbstractScrollArea::keyPressEvent(event);
}

}  // namespace hearth::ui
