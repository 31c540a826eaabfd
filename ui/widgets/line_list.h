#pragma once
#include <QVBoxLayout>
#include <QVector>
#include <QWidget>

#include "ui/widgets/line_button.h"

namespace hearth::ui {

/// A few things that lead somewhere; a table is better for many. Keeps the focus when its lines
/// change.
class LineList : public QWidget {
    Q_OBJECT
public:
    explicit LineList(QWidget* parent = nullptr);

    void setLines(const QVector<Line>& lines);
    /// Shown while there are none.
    void setEmptyText(const QString& text);
    /// Grey bars until the first setLines().
    void setLoading();
    LineButton* button(int index) const { return m_buttons.value(index); }
    int count() const { return int(m_buttons.size()); }

signals:
    void activated(const QString& id);

private:
    QVBoxLayout* m_column;
    QWidget* m_skeleton;
    Label* m_empty;
    QVector<LineButton*> m_buttons;
};

}  // namespace hearth::ui
