// The strokes that every control is made of. Rectangles are device-independent pixels.
#pragma once
#include <QColor>
#include <QPainter>
#include <QRectF>

#include "ui/theme/tokens.h"

namespace hearth::ui {

/// `share` of `b` over `a`, 0..1.
QColor mix(const QColor& a, const QColor& b, qreal share);

/// A rounded box with a hairline inside its edge; an invalid colour leaves that part out.
void paintBox(QPainter& painter, const QRectF& rect, const QColor& fill, const QColor& edge = {},
              qreal radius = metrics::kRadius);

/// Accent, 2 px, inside the rectangle, because a widget cannot paint beyond its own.
void paintFocusRing(QPainter& painter, const QRectF& rect, qreal radius = metrics::kRadius);

/// The one shadow: under what floats, around `rect`.
void paintShadow(QPainter& painter, const QRectF& rect, qreal radius = metrics::kRadius);
inline constexpr int kShadowMargin = 16;

/// Whether a focused widget shows its ring: not when the mouse put the focus there.
bool showsFocusRing(const QWidget* widget);

/// Marks an editor as wrong (bad-coloured edge), or right again.
void setFaulty(QWidget* editor, bool faulty);
bool isFaulty(const QWidget* editor);

}  // namespace hearth::ui
