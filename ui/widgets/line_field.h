#pragma once
#include <QLineEdit>

namespace hearth::ui {

/// A line edit that is safe for input methods: while a syllable is being composed, Enter belongs
/// to the composition and nothing acts on the half-written text.
class LineField : public QLineEdit {
    Q_OBJECT
public:
    explicit LineField(QWidget* parent = nullptr);

    bool isComposing() const { return m_composing; }

signals:
    /// The text has changed and no composition is in progress: what filters listen to.
    void settled(const QString& text);

protected:
    void inputMethodEvent(QInputMethodEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void settle();

    QString m_settled;
    bool m_composing = false;
};

}  // namespace hearth::ui
