// Line edits, text edits, spin boxes, combo boxes.
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QTextEdit>

#include "ui/theme/hearth_style_parts.h"
#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kPadding = 10;
constexpr int kArrowZone = 28;
constexpr int kChevron = 16;

bool isReadOnly(const QWidget* widget) {
    if (const auto* line = qobject_cast<const QLineEdit*>(widget))
        return line->isReadOnly();
    if (const auto* text = qobject_cast<const QTextEdit*>(widget))
        return text->isReadOnly();
    const auto* plain = qobject_cast<const QPlainTextEdit*>(widget);
    return plain && plain->isReadOnly();
}

QColor edgeOf(QStyle::State state, const QWidget* widget) {
    const Colors& c = colors();
    if (!(state & QStyle::State_Enabled) || isReadOnly(widget))
        return c.border;
    if (isFaulty(widget))
        return c.bad;
    return state & QStyle::State_MouseOver ? mix(c.outline, c.text, 0.4) : c.outline;
}

void paintChevron(QPainter& painter, const QRect& zone, const QString& name, bool enabled,
                  int size = kChevron) {
    const QRect square(zone.center().x() - size / 2 + 1, zone.center().y() - size / 2 + 1, size,
                       size);
    paintIcon(painter, square, name,
              enabled ? colors().muted : mix(colors().surface, colors().muted, 0.5));
}

}  // namespace

bool isTextEdit(const QWidget* widget) {
    return qobject_cast<const QTextEdit*>(widget) || qobject_cast<const QPlainTextEdit*>(widget);
}

bool isComboPopup(const QWidget* widget) {
    return widget && widget->inherits("QComboBoxPrivateContainer");
}

void paintField(QPainter& painter, const QStyleOption& option, const QWidget* widget) {
    const Colors& c = colors();
    const bool open = (option.state & QStyle::State_Enabled) && !isReadOnly(widget);
    paintBox(painter, option.rect, open ? c.surface : c.raised, edgeOf(option.state, widget));
    const bool focused = widget && widget->hasFocus();
    if (!focused)
        return;
    if (!isFaulty(widget))
        return paintFocusRing(painter, option.rect);
    // Wrong and focused: both are to be seen.
    paintFocusRing(painter, option.rect);
    paintBox(painter, QRectF(option.rect).adjusted(2, 2, -2, -2), {}, c.bad, metrics::kRadius - 2);
}

void paintComboBox(QPainter& painter, const QStyleOptionComboBox& option, const QWidget* widget) {
    if (option.frame)
        paintField(painter, option, widget);
    paintChevron(painter, comboBoxPart(option, QStyle::SC_ComboBoxArrow), "chevron_down",
                 option.state & QStyle::State_Enabled);
}

QRect comboBoxPart(const QStyleOptionComboBox& option, QStyle::SubControl part) {
    const QRect& r = option.rect;
    switch (part) {
        case QStyle::SC_ComboBoxArrow:
            return {r.right() - kArrowZone - 1, r.top(), kArrowZone, r.height()};
        case QStyle::SC_ComboBoxEditField:
            return r.adjusted(option.editable ? kPadding - 4 : kPadding - 2, 2, -kArrowZone - 2,
                              -2);
        default:
            return r;
    }
}

void paintSpinBox(QPainter& painter, const QStyleOptionSpinBox& option, const QWidget* widget) {
    if (option.frame)
        paintField(painter, option, widget);
    if (option.buttonSymbols == QAbstractSpinBox::NoButtons)
        return;
    const bool enabled = option.state & QStyle::State_Enabled;
    const auto step = [&](QStyle::SubControl part, const QString& icon,
                          QAbstractSpinBox::StepEnabledFlag flag) {
        const QRect zone = spinBoxPart(option, part);
        if (enabled && (option.activeSubControls & part) &&
            (option.state & QStyle::State_MouseOver))
            paintBox(painter, zone, mix(colors().raised, colors().text, 0.05), {}, 3);
        paintChevron(painter, zone, icon, enabled && (option.stepEnabled & flag), 12);
    };
    step(QStyle::SC_SpinBoxUp, "chevron_up", QAbstractSpinBox::StepUpEnabled);
    step(QStyle::SC_SpinBoxDown, "chevron_down", QAbstractSpinBox::StepDownEnabled);
}

QRect spinBoxPart(const QStyleOptionSpinBox& option, QStyle::SubControl part) {
    const QRect& r = option.rect;
    constexpr int kButton = 22;
    const int half = (r.height() - 6) / 2;
    const int buttons = option.buttonSymbols == QAbstractSpinBox::NoButtons ? 4 : kButton + 3;
    switch (part) {
        case QStyle::SC_SpinBoxUp:
            return {r.right() - kButton - 2, r.top() + 3, kButton, half};
        case QStyle::SC_SpinBoxDown:
            return {r.right() - kButton - 2, r.bottom() - 2 - half, kButton, half};
        case QStyle::SC_SpinBoxEditField:
            return r.adjusted(kPadding - 4, 2, -buttons, -2);
        default:
            return r;
    }
}

}  // namespace hearth::ui
