#pragma once
#include <QThreadPool>
#include <QWidget>

#include "ui/widgets/log/log_area.h"

namespace hearth::ui {

class Button;
class Label;
class SearchField;

/// A log as it grows: follows the end until one scrolls up, searches, copies, saves. Keeps the
/// last LogBuffer::kMaxLines lines. Plain text only.
/// Threading: GUI thread only; no call takes long, however much the log holds.
class LogView : public QWidget {
    Q_OBJECT
public:
    explicit LogView(QWidget* parent = nullptr);

    void append(const QString& line, Tone tone);
    /// Tones by the levels that the lines name.
    void appendLines(const QStringList& lines);
    /// The last lines of a log that is asked for again and again: appends those that are new.
    void setTail(const QStringList& lines);
    void clear();

    /// What stands there while nothing has come.
    void setPlaceholder(const QString& text);
    /// Left of the wrap button.
    void addToolbarWidget(QWidget* widget);
    /// The suggested file name when saving.
    void setFileName(const QString& name) { m_fileName = name; }

    void findNext() { find(1); }
    void findPrevious() { find(-1); }
    void copy();
    void chooseFile();
    /// Writes all lines without blocking; then saved().
    void saveTo(const QString& path);

    LogArea* area() const { return m_area; }
    SearchField* search() const { return m_search; }
    Button* jumpButton() const { return m_jump; }
    Button* wrapButton() const { return m_wrap; }

signals:
    /// `error` is empty when all went well.
    void saved(const QString& path, const QString& error);
    /// Of the latest search: whether it found anything.
    void found(bool any);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void build();
    void connectParts();
    void showTexts();
    void find(int direction);
    void searchStep();
    void finishSearch(bool any);
    void newLines(int count);
    void placeOverlays();
    void showJump();

    LogArea* m_area;
    SearchField* m_search = nullptr;
    Label* m_result = nullptr;
    Button* m_previous = nullptr;
    Button* m_next = nullptr;
    Button* m_wrap = nullptr;
    Button* m_copy = nullptr;
    Button* m_save = nullptr;
    Button* m_jump = nullptr;
    Label* m_placeholder = nullptr;
    QString m_fileName = QStringLiteral("log.txt");
    int m_unseen = 0;  // lines that came while one reads further up
    // A search goes through a slice of lines at a time.
    int m_direction = 1;
    LogPosition m_at;
    qint64 m_left = 0;  // lines still to look at
    int m_searchRun = 0;
    bool m_nothingFound = false;
    QThreadPool m_pool;  // for saving
};

}  // namespace hearth::ui
