#pragma once
#include <QAbstractScrollArea>
#include <deque>

#include "ui/widgets/log/log_buffer.h"

namespace hearth::ui {

/// A place in the log; `column` counts characters.
struct LogPosition {
    qint64 line = -1;
    qsizetype column = 0;

    auto operator<=>(const LogPosition&) const = default;
};

/// Paints the visible rows of a log and nothing else; selects, follows the end.
class LogArea : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit LogArea(QWidget* parent = nullptr);

    const LogBuffer& buffer() const { return m_buffer; }
    void append(const QString& text, Tone tone);
    /// After the last append() of a batch.
    void flush();
    void clear();

    void setWrap(bool wrap);
    bool wrap() const { return m_columns > 0; }
    /// At the end, and staying there as lines come.
    bool isFollowing() const { return m_following; }
    void jumpToEnd();
    /// The first line in sight.
    qint64 topLine() const;

    /// All occurrences in sight are marked.
    void setNeedle(const QString& needle);
    const QString& needle() const { return m_needle; }
    /// Selects a match and scrolls to it.
    void showMatch(LogPosition from, qsizetype length);
    LogPosition selectionStart() const { return std::min(m_anchor, m_cursor); }
    LogPosition selectionEnd() const { return std::max(m_anchor, m_cursor); }

    void selectAll();
    /// What is selected, or everything.
    QString selectedText() const;

signals:
    void followingChanged(bool following);
    void copyRequested();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
    struct Row {
        qint64 line = -1;
        qsizetype begin = 0;
    };
    void measure();
    void countRows();
    void countLine(const LogLine& line);
    void updateScrollBars();
    int rowsInSight() const;
    /// The visual row `index` from the top of the whole log.
    Row rowAt(qint64 index) const;
    qint64 rowOf(LogPosition position) const;
    LogPosition positionAt(const QPoint& point) const;
    bool hasSelection() const { return m_anchor != m_cursor; }
    void paintRow(QPainter& painter, const QRectF& room, const Row& row, qsizetype end) const;
    void paintSpan(QPainter& painter, const QRectF& room, const Row& row, qsizetype from,
                   qsizetype to, const QColor& ground) const;
    void noticeFollowing();

    LogBuffer m_buffer;
    std::deque<int> m_rowCounts;  // of each kept line
    qint64 m_totalRows = 0;
    qint64 m_droppedRows = 0;  // since the last flush
    int m_longest = 0;         // cells of the longest line
    int m_columns = 0;         // cells of a row when wrapping, 0 when not
    qreal m_cell = 8;
    int m_rowHeight = 18;
    bool m_wrap = false;
    bool m_following = true;
    QString m_needle;
    LogPosition m_anchor, m_cursor;
};

}  // namespace hearth::ui
