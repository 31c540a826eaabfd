#include "ui/theme/paint.h"

#include <QVariant>
#include <QWidget>

#include "ui/theme/focus_watch.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr char kFaulty[] = "hearthFaulty";

}  // namespace

QColor mix(const QColor& a, const QColor& b, qreal share) {
    const auto blend = [share](float x, float y) { return float(x + (y - x) * share); };
    return QColor::fromRgbF(blend(a.redF(), b.redF()), blend(a.greenF(), b.greenF()),
                            blend(a.blueF(), b.blueF()), blend(a.alphaF(), b.alphaF()));
}

void paintBox(QPainter& painter, const QRectF& rect, const QColor& fill, const QColor& edge,
              qreal radius) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter.setPen(edge.isValid() ? QPen(edge, 1) : QPen(Qt::NoPen));
    const qreal inset = edge.isValid() ? 0.5 : 0;
    const QRectF box = rect.adjusted(inset, inset, -inset, -inset);
    const qreal corner = std::min({radius - inset, box.width() / 2, box.height() / 2});
    painter.drawRoundedRect(box, corner, corner);
    painter.restore();
}

void paintFocusRing(QPainter& painter, const QRectF& rect, qreal radius) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colors().accent, 2));
    const QRectF box = rect.adjusted(1, 1, -1, -1);
    const qreal corner = std::min({radius - 1, box.width() / 2, box.height() / 2});
    painter.drawRoundedRect(box, corner, corner);
    painter.restore();
}

void paintShadow(QPainter& painter, const QRectF& rect, qreal radius) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    QColor color = colors().shadow;
    // Stacked boxes approximate a Gaussian; the sum of the weights is the token's alpha.
    constexpr int kLayers = 12;
    color.setAlphaF(color.alphaF() / kLayers * 0.9f);
    painter.setBrush(color);
    for (int i = 0; i < kLayers; ++i) {
        const qreal spread = kShadowMargin * 0.75 * (1 - qreal(i) / kLayers);
        painter.drawRoundedRect(rect.adjusted(-spread, -spread, spread, spread).translated(0, 4),
                                radius + spread, radius + spread);
    }
    painter.restore();
}

bool showsFocusRing(const QWidget* widget) {
    return widget && widget->hasFocus() && !FocusWatch::cameByMouse(widget);
}

void setFaulty(QWidget* editor, bool faulty) {
    editor->setProperty(kFaulty, faulty);
    editor->update();
}

bool isFaulty(const QWidget* editor) {
    return editor && editor->property(kFaulty).toBool();
}

}  // namespace hearth::ui
