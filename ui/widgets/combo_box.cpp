#include "ui/widgets/combo_box.h"

#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QWheelEvent>

namespace hearth::ui {

ComboBox::ComboBox(QWidget* parent) : QComboBox(parent) {
    setSizeAdjustPolicy(QComboBox::AdjustToContents);
    setMaxVisibleItems(12);
    connect(this, &QComboBox::activated, this, [this] { emit chosen(currentData()); });
}

void ComboBox::setChoices(const QList<Choice>& choices) {
    const bool chosenBefore = currentIndex() >= 0;
    const QVariant before = currentData();
    int now = 0;
    {
        const QSignalBlocker quiet(this);
        clear();
        for (const Choice& choice : choices) {
            addItem(choice.text, choice.data);
            auto* item = static_cast<QStandardItemModel*>(model())->item(count() - 1);
            item->setEnabled(choice.enabled);
        }
        now = chosenBefore ? std::max(0, findData(before)) : 0;
        setCurrentIndex(count() > 0 ? now : -1);
    }
    updateGeometry();
    update();
    if (chosenBefore && currentData() != before)
        emit chosen(currentData());
}

void ComboBox::setChoice(const QVariant& data) {
    const int index = findData(data);
    const QSignalBlocker quiet(this);
    if (index >= 0)
        setCurrentIndex(index);
    update();
}

void ComboBox::wheelEvent(QWheelEvent* event) {
    event->ignore();
}

}  // namespace hearth::ui
