// Where values stand on an axis, and which of them get a line and a label.
#pragma once
#include <QString>
#include <vector>

namespace hearth::ui {

struct Range {
    double low = 0;
    double high = 1;

    double width() const { return high - low; }
    bool contains(double value) const { return value >= low && value <= high; }
    bool operator==(const Range&) const = default;
};

enum class ScaleKind { Linear, Log };

/// What an axis counts; decides how its numbers read.
enum class Quantity { Number, Bytes, Rate, Share, Seconds, Step, Time };

/// Values to pixels and back. REQUIRES: range.low < range.high, and above 0 when logarithmic.
class Scale {
public:
    Scale(Range range, ScaleKind kind, double fromPixel, double toPixel);

    double pixel(double value) const;
    double value(double pixel) const;
    const Range& range() const { return m_range; }

private:
    double warp(double value) const;

    Range m_range;
    ScaleKind m_kind;
    double m_from;
    double m_pixelsPerUnit;
};

/// Round values inside the range, at most `atMost` (>= 2) of them and as many as fit: steps of
/// 1, 2 or 5 times a power of ten; 1-2-5 or whole decades when logarithmic; full minutes, hours
/// and days in local time for Quantity::Time; whole numbers for Quantity::Step.
std::vector<double> ticksOf(Range range, ScaleKind kind, Quantity quantity, int atMost);

/// A little wider than the data, ending on round numbers. `fromZero` pulls zero in.
/// Never empty, whatever the data.
Range comfortableRange(Range data, ScaleKind kind, bool fromZero);

/// Labels for ticks, all with the digits that tell neighbours apart.
std::vector<QString> tickLabels(const std::vector<double>& ticks, Quantity quantity);
/// One value in full, for read-outs and tables. A gap is a dash.
QString valueLabel(double value, Quantity quantity);

}  // namespace hearth::ui
