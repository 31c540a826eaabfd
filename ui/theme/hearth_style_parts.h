// What HearthStyle paints, by family. Every function leaves the painter as it was.
#pragma once
#include <QStyleOption>

class QPainter;
class QWidget;

namespace hearth::ui {

// Fields
bool isTextEdit(const QWidget* widget);
bool isComboPopup(const QWidget* widget);
void paintField(QPainter& painter, const QStyleOption& option, const QWidget* widget);
void paintComboBox(QPainter& painter, const QStyleOptionComboBox& option, const QWidget* widget);
void paintSpinBox(QPainter& painter, const QStyleOptionSpinBox& option, const QWidget* widget);
QRect comboBoxPart(const QStyleOptionComboBox& option, QStyle::SubControl part);
QRect spinBoxPart(const QStyleOptionSpinBox& option, QStyle::SubControl part);

// Marks
void paintCheckBox(QPainter& painter, const QStyleOption& option, const QWidget* widget);
void paintRadioButton(QPainter& painter, const QStyleOption& option, const QWidget* widget);
void paintSlider(QPainter& painter, const QStyleOptionSlider& option, const QWidget* widget);
void paintProgressBar(QPainter& painter, const QStyleOptionProgressBar& option,
                      const QWidget* widget);

// Scroll bars
void paintScrollBar(QPainter& painter, const QStyleOptionSlider& option, const QRect& thumb);
QRect scrollBarPart(const QStyleOptionSlider& option, QStyle::SubControl part);

// Tabs
void paintTab(QPainter& painter, const QStyleOptionTab& option, const QWidget* widget);
void paintTabLabel(QPainter& painter, const QStyleOptionTab& option);

// Menus and tool tips
void roundCorners(QWidget* popup);
void paintMenuPanel(QPainter& painter, const QRect& rect);
void paintMenuItem(QPainter& painter, const QStyleOptionMenuItem& option);
QSize menuItemSize(const QStyleOptionMenuItem& option);

// Views
void paintHeaderSection(QPainter& painter, const QStyleOptionHeader& option);
/// Beyond the last section.
void paintHeaderEnd(QPainter& painter, const QRect& rect);
void paintHeaderLabel(QPainter& painter, const QStyleOptionHeader& option);
void paintItemGround(QPainter& painter, const QStyleOptionViewItem& option, const QWidget* widget);
void paintBranch(QPainter& painter, const QStyleOption& option);
void paintSplitter(QPainter& painter, const QStyleOption& option);

}  // namespace hearth::ui
