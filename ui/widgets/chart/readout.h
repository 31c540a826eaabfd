// The floating box beside the cross-hair: one line for each curve.
#pragma once
#include <QPointF>
#include <QRectF>
#include <QString>
#include <vector>

class QPainter;

namespace hearth::ui {

struct ReadoutRow {
    int series = -1;  // -1: no swatch
    QString name;
    QString value;
    bool muted = false;
};

struct Readout {
    QString heading;
    std::vector<ReadoutRow> rows;
};

/// Beside `at`, on its left where the right has no room, and inside `bounds` either way.
void paintReadout(QPainter& painter, const QRectF& bounds, double atX, const Readout& readout);

/// Where it stands, for tests.
QRectF readoutRect(const QRectF& bounds, double atX, const Readout& readout);

}  // namespace hearth::ui
