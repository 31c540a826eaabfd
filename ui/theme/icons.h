// Line icons, drawn on a 24 px grid in icons/*.svg and inked in any colour.
#pragma once
#include <QColor>
#include <QIcon>
#include <QPixmap>

namespace hearth::ui {

/// `name` is the file's, without .svg ("models"). An unknown name is a programmer's mistake and
/// draws nothing.
/// Size in device-independent pixels; sharp at `devicePixelRatio`.
QPixmap iconPixmap(const QString& name, const QColor& color, int size, qreal devicePixelRatio);

/// For buttons and menus: follows the theme (text colour; muted when disabled), sharp on every
/// screen.
QIcon icon(const QString& name);

void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color);

}  // namespace hearth::ui
