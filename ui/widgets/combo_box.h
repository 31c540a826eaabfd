#pragma once
#include <QComboBox>

namespace hearth::ui {

struct Choice {
    QVariant data;
    QString text;
    bool enabled = true;
};

/// A combo box whose entries can be given anew, as on a change of language, without losing the
/// choice or telling anyone; the wheel scrolls the page unless the list is open.
class ComboBox : public QComboBox {
    Q_OBJECT
public:
    explicit ComboBox(QWidget* parent = nullptr);

    /// Keeps the chosen data where it is still there; else chooses the first and tells.
    void setChoices(const QList<Choice>& choices);
    QVariant choice() const { return currentData(); }
    /// Unknown data changes nothing. Emits nothing.
    void setChoice(const QVariant& data);

signals:
    /// By the user, or because the former choice is gone.
    void chosen(const QVariant& data);

protected:
    void wheelEvent(QWheelEvent* event) override;
};

}  // namespace hearth::ui
