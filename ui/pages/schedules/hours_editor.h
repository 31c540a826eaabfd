#pragma once
#include <QVector>
#include <QWidget>

#include "ui/pages/schedules/schedule_draft.h"

class QVBoxLayout;

namespace hearth::ui {

class Button;
class ComboBox;
class Label;
class LineField;

/// Hours of the week in which something may happen; none: always.
class HoursEditor : public QWidget {
    Q_OBJECT
public:
    explicit HoursEditor(QWidget* parent = nullptr);

    void setWindows(const QVector<DraftWindow>& windows);
    QVector<DraftWindow> windows() const;
    Button* addButton() const { return m_add; }

signals:
    void changed();

private:
    struct Row {
        QWidget* line;
        ComboBox* days;
        Label* dash;
        LineField* from;
        LineField* to;
        Button* remove;
    };
    void addRow(const DraftWindow& window);
    void removeRow(const QWidget* line);
    void fillDays(const Row& row, const QString& chosen);
    void showTexts();
    void showRowTexts(const Row& row);

    QVBoxLayout* m_column;
    Label* m_always;
    Button* m_add;
    QVector<Row> m_rows;
};

}  // namespace hearth::ui
