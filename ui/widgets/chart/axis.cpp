#include "ui/widgets/chart/axis.h"

#include <QDateTime>
#include <algorithm>
#include <array>
#include <cmath>

namespace hearth::ui {
namespace {

/// The smallest of 1, 2, 5 times a power of ten that is at least `atLeast`.
double roundStep(double atLeast) {
    const double power = std::pow(10, std::floor(std::log10(atLeast)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= atLeast * (1 - 1e-9))
            return factor * power;
    }
    return 10 * power;
}

std::vector<double> multiplesIn(Range range, double step) {
    std::vector<double> ticks;
    const double slack = 1e-9 * step;  // an end that is a multiple but for rounding counts
    for (double n = std::ceil((range.low - slack) / step); n * step <= range.high + slack; ++n)
        ticks.push_back(n * step);
    return ticks;
}

std::vector<double> linearTicks(Range range, int atMost) {
    double step = roundStep(range.width() / atMost);
    std::vector<double> ticks = multiplesIn(range, step);
    while (int(ticks.size()) > atMost) {
        step = roundStep(step * 1.5);
        ticks = multiplesIn(range, step);
    }
    return ticks;
}

std::vector<double> stepTicks(Range range, int atMost) {
    if (range.width() >= atMost)
        return linearTicks(range, atMost);
    return multiplesIn(range, 1);
}

std::vector<double> powersIn(Range range, int everyDecades, std::initializer_list<double> factors) {
    std::vector<double> ticks;
    const int first = int(std::floor(std::log10(range.low)));
    for (int decade = first; std::pow(10, decade) <= range.high * (1 + 1e-9); ++decade) {
        if (((decade % everyDecades) + everyDecades) % everyDecades != 0)
            continue;
        for (const double factor : factors) {
            const double value = factor * std::pow(10, decade);
            if (value >= range.low * (1 - 1e-9) && value <= range.high * (1 + 1e-9))
                ticks.push_back(value);
        }
    }
    return ticks;
}

std::vector<double> logTicks(Range range, int atMost) {
    for (const auto& factors : {std::initializer_list<double>{1, 2, 5}, {1, 3}, {1}}) {
        const std::vector<double> ticks = powersIn(range, 1, factors);
        if (int(ticks.size()) <= atMost)
            return ticks.size() >= 2 ? ticks : linearTicks(range, atMost);
    }
    int every = 2;
    std::vector<double> ticks = powersIn(range, every, {1});
    while (int(ticks.size()) > atMost)
        ticks = powersIn(range, ++every, {1});
    return ticks;
}

constexpr double kHour = 3600;
constexpr double kDay = 24 * kHour;

double roundTimeStep(double atLeast) {
    static constexpr std::array kSteps = {1.,    2.,        5.,        15.,        30.,
                                          60.,   120.,      300.,      900.,       1800.,
                                          kHour, 3 * kHour, 6 * kHour, 12 * kHour, kDay};
    for (const double step : kSteps) {
        if (step >= atLeast)
            return step;
    }
    return kDay * std::max(1.0, roundStep(atLeast / kDay));
}

std::vector<double> timeTicks(Range range, int atMost) {
    const double step = roundTimeStep(range.width() / atMost);
    const int offset =
        QDateTime::fromSecsSinceEpoch(qint64(range.high)).offsetFromUtc();  // local midnight
    std::vector<double> ticks =
        multiplesIn({.low = range.low + offset, .high = range.high + offset}, step);
    for (double& tick : ticks)
        tick -= offset;
    if (int(ticks.size()) > atMost)  // both ends fell on a tick
        ticks.pop_back();
    return ticks;
}

}  // namespace

Scale::Scale(Range range, ScaleKind kind, double fromPixel, double toPixel)
    : m_range(range),
      m_kind(kind),
      m_from(fromPixel),
      m_pixelsPerUnit((toPixel - fromPixel) / (warp(range.high) - warp(range.low))) {}

double Scale::warp(double value) const {
    return m_kind == ScaleKind::Log ? std::log10(value) : value;
}

double Scale::pixel(double value) const {
    return m_from + (warp(value) - warp(m_range.low)) * m_pixelsPerUnit;
}

double Scale::value(double pixel) const {
    const double warped = warp(m_range.low) + (pixel - m_from) / m_pixelsPerUnit;
    return m_kind == ScaleKind::Log ? std::pow(10, warped) : warped;
}

std::vector<double> ticksOf(Range range, ScaleKind kind, Quantity quantity, int atMost) {
    atMost = std::max(atMost, 2);
    if (kind == ScaleKind::Log)
        return logTicks(range, atMost);
    if (quantity == Quantity::Time)
        return timeTicks(range, atMost);
    return quantity == Quantity::Step ? stepTicks(range, atMost) : linearTicks(range, atMost);
}

Range comfortableRange(Range data, ScaleKind kind, bool fromZero) {
    if (kind == ScaleKind::Log) {
        if (!(data.low > 0) || data.high < data.low)
            return {.low = 0.1, .high = 10};
        const double room = data.high / data.low > 1.2 ? 1.15 : 2;
        return {.low = data.low / room, .high = data.high * room};
    }
    if (data.high < data.low)
        return {.low = 0, .high = 1};
    if (fromZero)
        data = {.low = std::min(data.low, 0.0), .high = std::max(data.high, 0.0)};
    const double magnitude = std::max(std::abs(data.low), std::abs(data.high));
    if (data.width() <= magnitude * 1e-9) {
        const double half = magnitude > 0 ? magnitude / 2 : 0.5;
        return {.low = fromZero ? 0 : data.low - half, .high = data.high + half};
    }
    const double step = roundStep(data.width() / 10);
    Range wide{.low = std::floor(data.low / step) * step,
               .high = std::ceil(data.high / step) * step};
    if (wide.high - data.high < data.width() * 0.03)
        wide.high += step / 2;
    if (data.low - wide.low < data.width() * 0.03 && !(fromZero && wide.low == 0))
        wide.low -= step / 2;
    return wide;
}

}  // namespace hearth::ui
