#include "ui/theme/tokens.h"

#include <algorithm>
#include <cmath>

namespace hearth::ui {
namespace {

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

}  // namespace

const Colors& lightColors() {
    static const Colors colors{
        .background = "#FAFAF9",
        .surface = "#FFFFFF",
        .raised = "#F5F5F4",
        .border = "#E7E5E4",
        .outline = "#8A837D",
        .text = "#1C1917",
        .muted = "#57534E",
        .accent = "#C2410C",
        .onAccent = "#FFFFFF",
        .accentSoft = "#FDEEE4",
        .good = "#15803D",
        .attention = "#B45309",
        .bad = "#B91C1C",
        .onBad = "#FFFFFF",
        .information = "#1D4ED8",
        .shadow = QColor(28, 25, 23, 46),
        // Okabe and Ito's order; those that miss 3:1 on white are darkened at equal hue.
        .series = {QColor("#C46A00"), QColor("#2A8FC9"), QColor("#00855F"), QColor("#8C7A00"),
                   QColor("#0072B2"), QColor("#C24E00"), QColor("#B5578C"), QColor("#1C1917")},
    };
    return colors;
}

const Colors& darkColors() {
    static const Colors colors{
        .background = "#1C1917",
        .surface = "#292524",
        .raised = "#35302D",
        .border = "#44403C",
        .outline = "#8C857F",
        .text = "#FAFAF9",
        .muted = "#A8A29E",
        .accent = "#FB923C",
        .onAccent = "#1C1917",
        .accentSoft = "#43301F",
        .good = "#4ADE80",
        .attention = "#FBBF24",
        .bad = "#F87171",
        .onBad = "#1C1917",
        .information = "#60A5FA",
        .shadow = QColor(0, 0, 0, 120),
        .series = {QColor("#E69F00"), QColor("#56B4E9"), QColor("#1FBF92"), QColor("#F0E442"),
                   QColor("#4C9FE0"), QColor("#EE7A30"), QColor("#DD8EBB"), QColor("#FAFAF9")},
    };
    return colors;
}

double contrastRatio(const QColor& a, const QColor& b) {
    const auto [low, high] = std::minmax({luminance(a), luminance(b)});
    return (high + 0.05) / (low + 0.05);
}

}  // namespace hearth::ui
