#include "ui/widgets/chart/series_data.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "ui/widgets/chart/decimation.h"

namespace hearth::ui {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Random heights with gaps, zeros and single peaks; x in uneven steps.
SeriesData randomSeries(size_t points, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> height(0, 10);
    std::exponential_distribution<double> step(1);
    SeriesData data;
    double x = 0;
    for (size_t i = 0; i < points; ++i) {
        const unsigned kind = random() % 50;
        const double y = kind == 0 ? kNan : kind == 1 ? 0 : kind == 2 ? 1e6 : height(random);
        data.append(x += step(random), y);
    }
    return data;
}

Extremes bruteForce(const SeriesData& data, size_t begin, size_t end) {
    Extremes found;
    for (size_t i = begin; i < end; ++i)
        found.add(data.y(i));
    return found;
}

void expectSame(const Extremes& a, const Extremes& b) {
    EXPECT_EQ(a.lowest, b.lowest);
    EXPECT_EQ(a.highest, b.highest);
    EXPECT_EQ(a.lowestPositive, b.lowestPositive);
}

TEST(SeriesData, ExtremesEqualBruteForceOnAnyRange) {
    for (const size_t points : {1, 7, 8, 9, 63, 64, 65, 1000, 4097}) {
        const SeriesData data = randomSeries(points, unsigned(points));
        std::mt19937 random(1);
        for (int i = 0; i < 200; ++i) {
            size_t begin = random() % (points + 1), end = random() % (points + 1);
            if (begin > end)
                std::swap(begin, end);
            expectSame(data.extremes(begin, end), bruteForce(data, begin, end));
        }
    }
}

TEST(SeriesData, StaysExactWhileItGrows) {
    SeriesData data;
    std::mt19937 random(7);
    for (int i = 0; i < 600; ++i) {
        ASSERT_TRUE(data.append(i, double(random() % 1000)));
        expectSame(data.extremes(0, data.size()), bruteForce(data, 0, data.size()));
        expectSame(data.extremes(data.size() / 3, data.size()),
                   bruteForce(data, data.size() / 3, data.size()));
    }
}

TEST(SeriesData, RefusesWhatGoesBackInX) {
    SeriesData data;
    EXPECT_TRUE(data.append(5, 1));
    EXPECT_TRUE(data.append(5, 2));
    EXPECT_FALSE(data.append(4, 3));
    EXPECT_FALSE(data.append(kNan, 3));
    EXPECT_FALSE(data.append(std::numeric_limits<double>::infinity(), 3));
    EXPECT_EQ(data.size(), 2u);
}

TEST(SeriesData, SortsWhatItIsAssigned) {
    SeriesData data;
    data.assign({{3, 30}, {1, 10}, {kNan, 5}, {2, 20}});
    ASSERT_EQ(data.size(), 3u);
    EXPECT_EQ(data.at(0), QPointF(1, 10));
    EXPECT_EQ(data.at(2), QPointF(3, 30));
    EXPECT_EQ(data.nearest(2.4), 1u);
    EXPECT_EQ(data.nearest(-9), 0u);
    EXPECT_EQ(data.nearest(99), 2u);
}

TEST(SeriesData, GapsAndInfinitiesAreNoValues) {
    SeriesData data;
    data.append(0, kNan);
    data.append(1, std::numeric_limits<double>::infinity());
    EXPECT_TRUE(data.extremes(0, 2).empty());
    EXPECT_TRUE(std::isnan(data.y(1)));
}

// Every point of the range is in exactly one column, and every column knows its extremes.
TEST(Decimation, NeverLosesAnExtreme) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const SeriesData data = randomSeries(5000, seed);
        const double last = data.x(data.size() - 1);
        const Range range{.low = last * 0.1 * (seed % 5), .high = last * (1 - 0.02 * seed)};
        const int columns = 100 + int(seed) * 37;
        Extremes seen;
        for (const Column& column : decimate(data, range, columns, false)) {
            if (column.index < 0 || column.index >= columns || std::isnan(column.low))
                continue;
            const double left = range.low + column.index * range.width() / columns;
            const double right = left + range.width() / columns;
            EXPECT_GE(column.first.x(), left - 1e-6);
            EXPECT_LE(column.last.x(), right + 1e-6);
            seen.add(column.low);
            seen.add(column.high);
        }
        const Extremes all = extremesWithin(data, range);
        EXPECT_EQ(seen.lowest, all.lowest);
        EXPECT_EQ(seen.highest, all.highest);
        expectSame(all, bruteForce(data, data.firstFrom(range.low), data.firstAfter(range.high)));
    }
}

TEST(Decimation, EachColumnEqualsBruteForce) {
    const SeriesData data = randomSeries(20'000, 3);
    const Range range{.low = 100, .high = 15'000};
    for (const Column& column : decimate(data, range, 640, false)) {
        if (column.index < 0 || column.index >= 640 || std::isnan(column.low))
            continue;
        const double left = range.low + column.index * range.width() / 640;
        const size_t begin = data.firstFrom(left);
        const size_t end = data.firstFrom(range.low + (column.index + 1) * range.width() / 640);
        const Extremes expected = bruteForce(data, begin, end);
        EXPECT_EQ(column.low, expected.lowest);
        EXPECT_EQ(column.high, expected.highest);
    }
}

TEST(Decimation, LogarithmicAxesSeeOnlyWhatIsAboveZero) {
    SeriesData data;
    for (int i = 0; i < 100; ++i)
        data.append(i, i % 2 ? -1 : i + 1);
    for (const Column& column : decimate(data, {.low = 0, .high = 99}, 10, true))
        EXPECT_GT(column.low, 0);
}

TEST(Decimation, KeepsGapsApart) {
    SeriesData data;
    for (int i = 0; i < 1000; ++i)
        data.append(i, i >= 400 && i < 600 ? kNan : 1.0);
    int gaps = 0;
    for (const Column& column : decimate(data, {.low = 0, .high = 999}, 100, false))
        gaps += std::isnan(column.low);
    EXPECT_NEAR(gaps, 20, 1);
}

TEST(Decimation, AMillionPointsKeepTheirOnePeak) {
    SeriesData data;
    for (int i = 0; i < 1'000'000; ++i)
        data.append(i, i == 765'432 ? 1e9 : std::sin(i * 0.001));
    EXPECT_EQ(data.extremes(0, data.size()).highest, 1e9);
    int peaks = 0;
    for (const Column& column : decimate(data, {.low = 0, .high = 999'999}, 1600, false))
        peaks += column.high == 1e9;
    EXPECT_EQ(peaks, 1);
}

}  // namespace
}  // namespace hearth::ui
