#include "ui/widgets/chart/axis.h"

#include <gtest/gtest.h>

#include <QDateTime>
#include <cmath>
#include <limits>
#include <random>

namespace hearth::ui {
namespace {

std::vector<double> ticks(double low, double high, int atMost, ScaleKind kind = ScaleKind::Linear,
                          Quantity quantity = Quantity::Number) {
    return ticksOf({.low = low, .high = high}, kind, quantity, atMost);
}

std::vector<QString> labels(double low, double high, int atMost, Quantity quantity,
                            ScaleKind kind = ScaleKind::Linear) {
    return tickLabels(ticks(low, high, atMost, kind, quantity), quantity);
}

TEST(Ticks, AreRoundAndInside) {
    EXPECT_EQ(ticks(0, 10, 6), (std::vector<double>{0, 2, 4, 6, 8, 10}));
    EXPECT_EQ(ticks(0.13, 0.93, 5), (std::vector<double>{0.2, 0.4, 0.6000000000000001, 0.8}));
    EXPECT_EQ(ticks(-3, 3, 4), (std::vector<double>{-2, 0, 2}));
}

TEST(Ticks, NeverMoreThanAskedAndAlwaysSome) {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> exponent(-9, 12);
    for (int i = 0; i < 2000; ++i) {
        const double low = std::pow(10, exponent(random)) * (random() % 2 ? 1 : -1);
        const double high = low + std::pow(10, exponent(random) - 6) + std::abs(low) * 1e-6;
        const int atMost = 2 + int(random() % 10);
        const auto found = ticks(low, high, atMost);
        EXPECT_LE(int(found.size()), atMost);
        for (const double tick : found) {
            EXPECT_GE(tick, low - (high - low) * 1e-6);
            EXPECT_LE(tick, high + (high - low) * 1e-6);
        }
    }
}

TEST(Ticks, StepsAreWholeNumbers) {
    EXPECT_EQ(ticks(0, 3, 10, ScaleKind::Linear, Quantity::Step),
              (std::vector<double>{0, 1, 2, 3}));
    EXPECT_TRUE(ticks(1.2, 1.8, 10, ScaleKind::Linear, Quantity::Step).empty());
}

TEST(Ticks, LogarithmicOnesAreDecades) {
    EXPECT_EQ(ticks(0.01, 1000, 6, ScaleKind::Log),
              (std::vector<double>{0.01, 0.1, 1, 10, 100, 1000}));
    EXPECT_EQ(ticks(1, 10, 8, ScaleKind::Log), (std::vector<double>{1, 2, 5, 10}));
    EXPECT_LE(ticks(1e-12, 1e12, 4, ScaleKind::Log).size(), 4u);
}

TEST(Ticks, TimesAreRoundOnTheLocalClock) {
    const QDateTime noon(QDate(2026, 11, 26), QTime(12, 3));
    const auto low = double(noon.toSecsSinceEpoch());
    for (const double tick : ticks(low, low + 24 * 3600, 6, ScaleKind::Linear, Quantity::Time)) {
        const QTime time = QDateTime::fromSecsSinceEpoch(qint64(tick)).time();
        EXPECT_EQ(time.minute(), 0);
        EXPECT_EQ(time.hour() % 6, 0);
    }
}

TEST(TickLabels, HaveTheDigitsThatTellThemApart) {
    EXPECT_EQ(labels(0, 1, 6, Quantity::Number),
              (std::vector<QString>{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}));
    EXPECT_EQ(labels(0, 20'000, 3, Quantity::Step),
              (std::vector<QString>{"0", "10,000", "20,000"}));
    EXPECT_EQ(labels(1e-6, 1e-4, 4, Quantity::Number, ScaleKind::Log),
              (std::vector<QString>{"1e-6", "1e-5", "1e-4"}));
    EXPECT_EQ(labels(0.1, 10, 4, Quantity::Number, ScaleKind::Log),
              (std::vector<QString>{"0.1", "1", "10"}));
    EXPECT_EQ(labels(0, 1, 3, Quantity::Share), (std::vector<QString>{"0 %", "50 %", "100 %"}));
}

TEST(ValueLabel, ShowsFourDigitsAndADashForAGap) {
    EXPECT_EQ(valueLabel(1.23456, Quantity::Number), "1.235");
    EXPECT_EQ(valueLabel(12345.6, Quantity::Number), "12,346");
    EXPECT_EQ(valueLabel(0.0001948, Quantity::Number), "1.948e-4");
    EXPECT_EQ(valueLabel(0, Quantity::Number), "0");
    EXPECT_EQ(valueLabel(std::nan(""), Quantity::Number), QString(QChar(0x2013)));
    EXPECT_EQ(valueLabel(31'100'000, Quantity::Bytes), "31.1 MB");
}

TEST(ComfortableRange, TakesAnyData) {
    for (const ScaleKind kind : {ScaleKind::Linear, ScaleKind::Log}) {
        for (const Range& data :
             {Range{.low = 0, .high = 0}, Range{.low = 5, .high = 5}, Range{.low = -2, .high = -2},
              Range{.low = std::numeric_limits<double>::infinity(),
              .high = -std::numeric_limits<double>::infinity()},
              Range{.low = 1e-300, .high = 1e300}, Range{.low = -1, .high = 1}}) {
            const Range range = comfortableRange(data, kind, false);
            EXPECT_LT(range.low, range.high);
            EXPECT_TRUE(std::isfinite(range.width()));
            EXPECT_TRUE(kind == ScaleKind::Linear || range.low > 0);
        }
    }
    EXPECT_EQ(comfortableRange({.low = 3, .high = 9}, ScaleKind::Linear, true).low, 0);
}

TEST(Scale, GoesThereAndBack) {
    const Scale linear({.low = -5, .high = 5}, ScaleKind::Linear, 300, 0);
    EXPECT_DOUBLE_EQ(linear.pixel(0), 150);
    EXPECT_DOUBLE_EQ(linear.value(linear.pixel(3.25)), 3.25);
    const Scale log({.low = 1, .high = 100}, ScaleKind::Log, 0, 200);
    EXPECT_DOUBLE_EQ(log.pixel(10), 100);
    EXPECT_NEAR(log.value(log.pixel(42)), 42, 1e-9);
}

}  // namespace
}  // namespace hearth::ui
