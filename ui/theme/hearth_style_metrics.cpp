// Sizes, distances and hints.
#include <QComboBox>
#include <QStyleOption>
#include <QTableView>

#include "ui/theme/button_painter.h"
#include "ui/theme/hearth_style.h"
#include "ui/theme/hearth_style_parts.h"
#include "ui/theme/motion.h"
#include "ui/theme/tokens.h"

namespace hearth::ui {
namespace {

/// Tables and the lists of combo boxes; lists and trees have icons and marks beside the text.
bool hasWideItems(const QWidget* widget) {
    return widget &&
           (qobject_cast<const QTableView*>(widget) || isComboPopup(widget->parentWidget()));
}

constexpr int kLowestItem = 28;
constexpr int kIndicator = 22;  // 16 px and the ring's room

}  // namespace

int HearthStyle::pixelMetric(PixelMetric metric, const QStyleOption* option,
                             const QWidget* widget) const {
    switch (metric) {
        case PM_DefaultFrameWidth:
            return isTextEdit(widget) || isComboPopup(widget) ? 4 : 1;
        case PM_IndicatorWidth:
        case PM_IndicatorHeight:
        case PM_ExclusiveIndicatorWidth:
        case PM_ExclusiveIndicatorHeight:
            return kIndicator;
        case PM_CheckBoxLabelSpacing:
        case PM_RadioButtonLabelSpacing:
            return 6;
        case PM_ScrollBarExtent:
            return 12;
        case PM_ScrollView_ScrollBarSpacing:
            return 0;
        case PM_SliderThickness:
        case PM_SliderControlThickness:
            return 24;
        case PM_SliderLength:
            return 24;
        case PM_SplitterWidth:
            return 9;
        case PM_TabBarTabHSpace:
            return 24;
        case PM_TabBarTabVSpace:
            return 20;
        case PM_TabBarTabOverlap:
        case PM_TabBarTabShiftHorizontal:
        case PM_TabBarTabShiftVertical:
            return 0;
        case PM_MenuPanelWidth:
            return 0;
        case PM_MenuHMargin:
            return 0;
        case PM_MenuVMargin:
            return 5;
        case PM_ToolTipLabelFrameWidth:
            return 6;
        case PM_ButtonShiftHorizontal:
        case PM_ButtonShiftVertical:
            return 0;
        case PM_SmallIconSize:
        case PM_ButtonIconSize:
            return 16;
        case PM_FocusFrameHMargin:  // beside an item's text
            return hasWideItems(widget) ? 11 : 4;
        default:
            return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int HearthStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                           QStyleHintReturn* data) const {
    switch (hint) {
        case SH_ComboBox_Popup:
            return 0;
        case SH_ComboBox_PopupFrameStyle:
            return QFrame::StyledPanel | QFrame::Plain;
        case SH_ItemView_ShowDecorationSelected:
            return 1;
        case SH_ItemView_ActivateItemOnSingleClick:
            return 0;
        case SH_DialogButtonBox_ButtonsHaveIcons:
            return 0;
        case SH_TabBar_Alignment:
            return Qt::AlignLeft;
        case SH_Widget_Animation_Duration:
            return motionDuration();
        case SH_ScrollBar_LeftClickAbsolutePosition:
            return 0;
        case SH_UnderlineShortcut:
            return 0;
        case SH_Menu_SubMenuPopupDelay:
            return motionDuration();
        default:
            return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize HearthStyle::sizeFromContents(ContentsType type, const QStyleOption* option,
                                    const QSize& contents, const QWidget* widget) const {
    QSize size = QProxyStyle::sizeFromContents(type, option, contents, widget);
    switch (type) {
        case CT_PushButton:
            if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
                const bool menu = button->features & QStyleOptionButton::HasMenu;
                return buttonSize(widget ? widget->font() : QFont(), button->text, {.menu = menu});
            }
            return size;
        case CT_MenuItem:
            if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option))
                return menuItemSize(*item);
            return size;
        case CT_LineEdit:
            return {size.width() + 8, std::max(size.height(), metrics::kControlHeight)};
        case CT_ComboBox:
            return {contents.width() + 44, metrics::kControlHeight};
        case CT_SpinBox:
            return {contents.width() + 40, metrics::kControlHeight};
        case CT_ToolButton:
            return size.expandedTo({metrics::kControlHeight, metrics::kControlHeight});
        case CT_HeaderSection:
            return {size.width() + 12, metrics::kRowHeight};
        case CT_ProgressBar:
            return {size.width(), 6};
        case CT_ItemViewItem:
            if (widget && isComboPopup(widget->parentWidget()))
                return {size.width(), metrics::kControlHeight};
            return size.expandedTo({0, kLowestItem});
        default:
            return size;
    }
}

QRect HearthStyle::subElementRect(SubElement element, const QStyleOption* option,
                                  const QWidget* widget) const {
    if (element == SE_LineEditContents) {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        const int padding = frame && frame->lineWidth > 0 ? 8 : 2;
        return option->rect.adjusted(padding, 0, -padding, 0);
    }
    if (element == SE_ProgressBarGroove || element == SE_ProgressBarContents)
        return option->rect;
    return QProxyStyle::subElementRect(element, option, widget);
}

QRect HearthStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option,
                                  SubControl part, const QWidget* widget) const {
    if (control == CC_ComboBox)
        if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option))
            return comboBoxPart(*combo, part);
    if (control == CC_SpinBox)
        if (const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option))
            return spinBoxPart(*spin, part);
    if (control == CC_ScrollBar)
        if (const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option))
            return scrollBarPart(*bar, part);
    return QProxyStyle::subControlRect(control, option, part, widget);
}

}  // namespace hearth::ui
