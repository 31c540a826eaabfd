#pragma once
#include <QWidget>

namespace hearth::ui {

class Button;
class FormField;
class LineField;

/// A new name for a remembered node.
class RenameForm : public QWidget {
    Q_OBJECT
public:
    explicit RenameForm(const QString& name, QWidget* parent = nullptr);

    LineField* name() const { return m_name; }
    Button* saveButton() const { return m_save; }

signals:
    void renamed(const QString& name);
    /// Renamed or given up.
    void finished();

private:
    void submit();

    LineField* m_name;
    FormField* m_field;
    Button* m_save;
    Button* m_cancel;
};

}  // namespace hearth::ui
