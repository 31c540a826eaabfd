// The console's design tokens: every colour and distance that a widget may use.
#pragma once
#include <QColor>
#include <array>

namespace hearth::ui {

/// One scheme, light or dark. `on*` is the colour of text on that ground.
struct Colors {
    QColor background;  // behind everything
    QColor surface;     // cards, tables, fields
    QColor raised;      // hovered rows, pressed quiet buttons
    QColor border;      // hairlines between surfaces
    QColor outline;     // edges of fields and controls: 3:1 against the surface
    QColor text;
    QColor muted;   // labels, help, units
    QColor accent;  // ember: primary action, selection, focus ring
    QColor onAccent;
    QColor accentSoft;  // ground of a selected row or navigation entry
    QColor good;
    QColor attention;
    QColor bad;
    QColor onBad;
    QColor information;
    QColor shadow;                 // the one shadow, under what floats
    std::array<QColor, 8> series;  // charts, Okabe-Ito order adapted to the ground
};

const Colors& lightColors();
const Colors& darkColors();

/// Distances in device-independent pixels, on an 8 px grid.
namespace metrics {
inline constexpr int kGrid = 8;
inline constexpr int kGap = 16;
inline constexpr int kMargin = 24;
inline constexpr int kRadius = 6;
inline constexpr int kControlHeight = 32;
inline constexpr int kRowHeight = 36;
inline constexpr int kNavWidth = 216;
inline constexpr int kNavCollapsed = 56;
inline constexpr int kTopBarHeight = 56;
inline constexpr int kDrawerWidth = 440;
inline constexpr int kMotionMs = 120;
}  // namespace metrics

/// WCAG 2 contrast ratio of two opaque colours, 1 to 21.
double contrastRatio(const QColor& a, const QColor& b);

}  // namespace hearth::ui
