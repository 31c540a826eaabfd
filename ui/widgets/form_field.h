#pragma once
#include <QWidget>

class QHBoxLayout;

namespace hearth::ui {

class Label;

/// Any editor with its label above and its help below. An error takes the help's place: say what
/// to do about it. The editor's accessible name and description follow all of these.
class FormField : public QWidget {
    Q_OBJECT
public:
    /// Takes `editor` in.
    explicit FormField(QWidget* editor, QWidget* parent = nullptr);

    QWidget* editor() const { return m_editor; }

    void setLabel(const QString& label);
    void setHelp(const QString& help);
    /// Marks the label; does not check anything.
    void setRequired(bool required);
    /// Empty clears it.
    void setError(const QString& error);
    QString error() const { return m_error; }
    bool hasError() const { return !m_error.isEmpty(); }
    /// At the right of the label: a value, a link, a switch.
    void setAccessory(QWidget* accessory);

private:
    /// What has the focus when the editor has it: a compound editor names a part as its proxy.
    QWidget* target() const;
    void showNotes();
    void describeEditor();

    QWidget* m_editor;
    QHBoxLayout* m_head;
    Label* m_label;
    Label* m_mark;
    QWidget* m_errorRow;
    Label* m_errorText;
    Label* m_helpText;
    QString m_help;
    QString m_error;
    bool m_required = false;
};

}  // namespace hearth::ui
