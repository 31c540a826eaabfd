#pragma once
#include <QWidget>

class QLineEdit;

namespace hearth::ui {

class Button;

/// A value to copy: monospaced, selectable, with a button that says for a moment that it did.
class CopyField : public QWidget {
    Q_OBJECT
public:
    explicit CopyField(QWidget* parent = nullptr);

    void setValue(const QString& value);
    QString value() const;
    /// What it is: "Request id". Names the field and the button.
    void setName(const QString& name);
    Button* copyButton() const { return m_copy; }

public slots:
    void copy();

private:
    void describe();

    QLineEdit* m_edit;
    Button* m_copy;
    QString m_name;
    bool m_copied = false;
};

}  // namespace hearth::ui
