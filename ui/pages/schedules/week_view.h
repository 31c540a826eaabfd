#pragma once
#include <QDate>
#include <QString>
#include <QVector>
#include <QWidget>
#include <optional>

namespace hearth::ui {

/// Something that begins at a time: a start to come, or a run that has begun. Unix seconds.
struct WeekEntry {
    QString id;  // handed to activated()
    QString name;
    qint64 at = 0;
    std::optional<qint64> until;  // expected
    bool running = false;         // a run that is there already

    bool operator==(const WeekEntry&) const = default;
};

/// Today and the six days after it as columns, by this computer's clocks. For the eye: the table
/// beside it says the same to keyboard and screen reader.
class WeekView : public QWidget {
    Q_OBJECT
public:
    explicit WeekView(QWidget* parent = nullptr);

    void setEntries(const QVector<WeekEntry>& entries);
    const QVector<WeekEntry>& entries() const { return m_entries; }
    /// "02:30 nightly", as they stand in the column of a day from today; the last may be "+3 more".
    QStringList linesOf(int day) const;

    QSize sizeHint() const override { return {700, 168}; }
    QSize minimumSizeHint() const override { return {420, 168}; }

signals:
    void activated(const QString& id);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// A box of a column: one entry, several of one name, or what did not fit.
    struct Box {
        QRectF rect;
        QString text;
        QString tip;
        QString id;  // empty: leads nowhere
        bool running = false;
    };
    QVector<Box> boxesOf(int day) const;
    const Box* boxAt(const QPointF& position) const;
    void place();
    void paintBoxes(QPainter& painter) const;
    QRectF columnOf(int day) const;
    void describe();
    void resizeEvent(QResizeEvent* event) override;

    QVector<WeekEntry> m_entries;
    QVector<Box> m_boxes;
    QString m_hovered;
};

}  // namespace hearth::ui
