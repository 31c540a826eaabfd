#include "ui/theme/hearth_style.h"

#include <QApplication>
#include <QCalendarWidget>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QTabBar>

#include "ui/theme/button_painter.h"
#include "ui/theme/calendar_dress.h"
#include "ui/theme/focus_watch.h"
#include "ui/theme/hearth_style_parts.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr char kDressed[] = "hearthDressed";

template <typename Option>
const Option* as(const QStyleOption* option) {
    return qstyleoption_cast<const Option*>(option);
}

/// A spin box's or combo box's own line edit has no box: theirs is around it.
bool isInnerEdit(const QWidget* widget) {
    const QWidget* parent = widget ? widget->parentWidget() : nullptr;
    return qobject_cast<const QAbstractSpinBox*>(parent) || qobject_cast<const QComboBox*>(parent);
}

}  // namespace

HearthStyle::HearthStyle() : QProxyStyle("fusion") {
    new FocusWatch(qApp);
}

void HearthStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QLineEdit*>(widget) || qobject_cast<QTabBar*>(widget) || isTextEdit(widget))
        widget->setAttribute(Qt::WA_Hover);
    if (auto* calendar = qobject_cast<QCalendarWidget*>(widget);
        calendar && !calendar->property(kDressed).toBool()) {
        calendar->setProperty(kDressed, true);  // a change of style sheet or font polishes again
        dressCalendar(calendar);
    }
    if (auto* tabs = qobject_cast<QTabBar*>(widget))
        tabs->setExpanding(false);
    if (qobject_cast<QScrollBar*>(widget)) {
        widget->setAttribute(Qt::WA_OpaquePaintEvent, false);
        widget->setAttribute(Qt::WA_Hover);
    }
    if (qobject_cast<QMenu*>(widget) || isComboPopup(widget))
        roundCorners(widget);
    // The box paints the ground, or the square viewport would cover its round corners.
    auto* area = qobject_cast<QAbstractScrollArea*>(widget);
    if (area && (isTextEdit(widget) || isComboPopup(widget->parentWidget())))
        area->viewport()->setAutoFillBackground(false);
}

void HearthStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option,
                                QPainter* painter, const QWidget* widget) const {
    switch (element) {
        case PE_PanelLineEdit:
            if (const auto* frame = as<QStyleOptionFrame>(option);
                frame && frame->lineWidth > 0 && !isInnerEdit(widget))
                paintField(*painter, *option, widget);
            return;
        case PE_FrameLineEdit:
        case PE_FrameTabWidget:
        case PE_PanelScrollAreaCorner:
        case PE_FrameButtonTool:
        case PE_FrameDefaultButton:
            return;
        case PE_FrameMenu:
        case PE_IndicatorHeaderArrow:
            return;
        case PE_PanelMenu:
            return paintMenuPanel(*painter, option->rect);
        case PE_PanelTipLabel:
            return painter->fillRect(option->rect, colors().text);
        case PE_FrameTabBarBase:
            return painter->fillRect(
                QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                colors().border);
        case PE_IndicatorCheckBox:
        case PE_IndicatorItemViewItemCheck:
            return paintCheckBox(*painter, *option, widget);
        case PE_IndicatorRadioButton:
            return paintRadioButton(*painter, *option, widget);
        case PE_IndicatorBranch:
            return paintBranch(*painter, *option);
        case PE_PanelItemViewRow:
            return;
        case PE_PanelItemViewItem:
            if (const auto* item = as<QStyleOptionViewItem>(option))
                paintItemGround(*painter, *item, widget);
            return;
        case PE_FrameFocusRect:
            // Buttons and marks paint their own.
            if (!qobject_cast<const QAbstractButton*>(widget) && showsFocusRing(widget) &&
                !isComboPopup(widget->parentWidget()))
                paintFocusRing(*painter, option->rect, 4);
            return;
        default:
            QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void HearthStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const {
    if (const auto* button = as<QStyleOptionButton>(option); button && element == CE_PushButton) {
        const bool primary = button->features & QStyleOptionButton::DefaultButton;
        return paintButton(*painter, *button,
                           {.kind = primary ? ButtonKind::Primary : ButtonKind::Quiet,
                            .ring = showsFocusRing(widget),
                            .menu = bool(button->features & QStyleOptionButton::HasMenu)});
    }
    if (const auto* tab = as<QStyleOptionTab>(option)) {
        if (element == CE_TabBarTabShape)
            return paintTab(*painter, *tab, widget);
        if (element == CE_TabBarTabLabel)
            return paintTabLabel(*painter, *tab);
    }
    if (const auto* header = as<QStyleOptionHeader>(option)) {
        if (element == CE_HeaderSection)
            return paintHeaderSection(*painter, *header);
        if (element == CE_HeaderLabel)
            return paintHeaderLabel(*painter, *header);
    }
    if (const auto* bar = as<QStyleOptionProgressBar>(option); bar && element == CE_ProgressBar)
        return paintProgressBar(*painter, *bar, widget);
    if (const auto* item = as<QStyleOptionMenuItem>(option); item && element == CE_MenuItem)
        return paintMenuItem(*painter, *item);
    if (element == CE_ItemViewItem)
        return drawItem(option, painter, widget);
    if (element == CE_HeaderEmptyArea)
        return paintHeaderEnd(*painter, option->rect);
    if (element == CE_Splitter)
        return paintSplitter(*painter, *option);
    if (element == CE_MenuEmptyArea)
        return;
    if (element == CE_ShapedFrame && isComboPopup(widget))
        return paintMenuPanel(*painter, option->rect);
    if (const auto* frame = as<QStyleOptionFrame>(option);
        frame && element == CE_ShapedFrame && frame->frameShape == QFrame::StyledPanel)
        return isTextEdit(widget) ? paintField(*painter, *option, widget)
                                  : paintBox(*painter, option->rect, {}, colors().border);
    QProxyStyle::drawControl(element, option, painter, widget);
}

void HearthStyle::drawItem(const QStyleOption* option, QPainter* painter,
                           const QWidget* widget) const {
    const auto* item = as<QStyleOptionViewItem>(option);
    if (!item)
        return;
    QStyleOptionViewItem ours = *item;
    // The selection's ground is pale, so its text keeps the text colour.
    ours.palette.setColor(QPalette::HighlightedText, colors().text);
    QProxyStyle::drawControl(CE_ItemViewItem, &ours, painter, widget);
}

void HearthStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                     QPainter* painter, const QWidget* widget) const {
    if (const auto* combo = as<QStyleOptionComboBox>(option); combo && control == CC_ComboBox)
        return paintComboBox(*painter, *combo, widget);
    if (const auto* spin = as<QStyleOptionSpinBox>(option); spin && control == CC_SpinBox)
        return paintSpinBox(*painter, *spin, widget);
    if (const auto* slider = as<QStyleOptionSlider>(option)) {
        if (control == CC_ScrollBar)
            return paintScrollBar(*painter, *slider, scrollBarPart(*slider, SC_ScrollBarSlider));
        if (control == CC_Slider)
            return paintSlider(*painter, *slider, widget);
    }
    if (const auto* tool = as<QStyleOptionToolButton>(option); tool && control == CC_ToolButton)
        return drawToolButton(*tool, painter, widget);
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

void HearthStyle::drawToolButton(const QStyleOptionToolButton& option, QPainter* painter,
                                 const QWidget* widget) const {
    QStyleOptionButton ground;
    ground.QStyleOption::operator=(option);
    ground.version = QStyleOptionButton::Version;
    ground.type = QStyleOptionButton::Type;
    paintButton(*painter, ground, {.kind = ButtonKind::Plain, .ring = showsFocusRing(widget)});
    QStyleOptionToolButton label = option;
    label.state &= ~(State_Sunken | State_On);
    const bool chevron = option.features & QStyleOptionToolButton::MenuButtonPopup;
    if (chevron)
        label.rect.setRight(label.rect.right() - 16);
    QProxyStyle::drawControl(CE_ToolButtonLabel, &label, painter, widget);
}

}  // namespace hearth::ui
