// How fast the console draws what is large. Needs no screen.
//   QT_QPA_PLATFORM=offscreen bin/console_benchmark
#include <QApplication>
#include <QImage>
#include <QPainter>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <random>

#include "tests/benchmarks/benchmark_support.h"
#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/chart/chart.h"
#include "ui/widgets/chart/plot.h"

namespace hearth::ui {
namespace {

using Clock = std::chrono::steady_clock;

struct Case {
    const char* name;
    std::function<void()> run;
};

/// Milliseconds of each run: on the clock, and of the processor, which a busy machine does not
/// lengthen.
struct Timings {
    std::vector<double> wall;
    std::vector<double> processor;

    template <typename Function>
    void time(Function run) {
        const auto begin = Clock::now();
        const std::clock_t ticks = std::clock();
        run();
        processor.push_back(1000.0 * double(std::clock() - ticks) / CLOCKS_PER_SEC);
        wall.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    }
};

/// REQUIRES: not empty.
double quantile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1, size_t(share * double(values.size())))];
}

void report(const char* name, const std::string& shape, const Timings& timings) {
    std::printf("%-14s %-42s median %6.2f ms  p99 %6.2f ms  (processor %6.2f, %6.2f)  %zu runs\n",
                name, shape.c_str(), quantile(timings.wall, 0.5), quantile(timings.wall, 0.99),
                quantile(timings.processor, 0.5), quantile(timings.processor, 0.99),
                timings.wall.size());
}

std::vector<QPointF> noisyCurve(int points) {
    std::mt19937 random(1);
    std::normal_distribution<double> noise;
    std::vector<QPointF> curve;
    curve.reserve(size_t(points));
    for (int i = 0; i < points; ++i)
        curve.emplace_back(i, 3 * std::exp(-i / 3e5) + 0.3 * noise(random));
    return curve;
}

/// Frames while the points pass by, a share of them in view, painted as a window would.
void panFrames(Chart& chart, double devicePixelRatio, double shareShown) {
    constexpr int kFrames = 300;
    Plot* plot = chart.plot();
    QImage screen(plot->size() * devicePixelRatio, QImage::Format_ARGB32_Premultiplied);
    screen.setDevicePixelRatio(devicePixelRatio);
    const Range full = plot->sharedX()->full();
    plot->sharedX()->show({.low = 0, .high = full.high * shareShown});
    Timings timings;
    for (int i = 0; i < kFrames; ++i) {
        timings.time([&] {
            plot->sharedX()->pan((1 / shareShown - 1) / kFrames);
            screen.fill(colors().surface);
            QPainter painter(&screen);
            plot->render(&painter, {}, {}, QWidget::DrawChildren);
        });
    }
    char shape[96];
    std::snprintf(shape, sizeof shape, "1M points, %.1f %% in view, 1600x400 at %gx",
                  100 * shareShown, devicePixelRatio);
    report("chart_pan", shape, timings);
}

void chartPan() {
    for (const bool smooth : {false, true}) {
        Chart chart({.offerSmoothing = true});
        chart.data().addSeries("Loss");
        chart.data().setPoints(0, noisyCurve(1'000'000));
        chart.setSmooth(smooth);
        std::printf("%s\n", smooth ? "with the average over the raw curve:" : "raw curve:");
        chart.plot()->resize(1600, 400);
        for (const double ratio : {1.0, 2.0}) {
            panFrames(chart, ratio, 0.9);
            panFrames(chart, ratio, 0.1);
            panFrames(chart, ratio, 0.002);
        }
    }
}

void chartAppend() {
    Chart chart({});
    chart.data().addSeries("Loss");
    Timings timings;
    for (int i = 0; i < 1000; ++i)
        timings.time([&] {
            std::vector<QPointF> points;
            for (int j = 0; j < 100; ++j)
                points.emplace_back(i * 100 + j, j);
            chart.data().append(0, points);
        });
    report("chart_append", "100 points, up to 100,000", timings);
}

void chartTable() {
    Chart chart({});
    chart.resize(1600, 400);
    chart.data().addSeries("Loss");
    chart.data().setPoints(0, noisyCurve(1'000'000));
    chart.show();
    Timings timings;
    for (int i = 0; i < 20; ++i) {
        timings.time([&] {
            chart.setTableShown(true);
            QCoreApplication::processEvents();
        });
        chart.setTableShown(false);
        QCoreApplication::processEvents();
    }
    report("chart_table", "1M points as a table, shown and painted", timings);
}

/// A colleague's case goes here: a name and a function that reports.
const Case kCases[] = {
    {"chart_pan", chartPan},
    {"chart_append", chartAppend},
    {"chart_table", chartTable},
};

}  // namespace
}  // namespace hearth::ui

/// All cases, or those whose names are given.
int main(int argc, char** argv) {
    using namespace hearth::ui;
    QApplication application(argc, argv);
    Theme::instance().apply(ThemeMode::Light);
    Language::instance().apply(LanguageChoice::English);
    std::printf("%s, Qt %s, %s\n", hearth::benchmark::processorName().c_str(), qVersion(),
                qPrintable(QGuiApplication::platformName()));
    const QStringList wanted = application.arguments().mid(1);
    for (const Case& one : kCases) {
        if (wanted.isEmpty() || wanted.contains(one.name))
            one.run();
    }
    return 0;
}
