// The console's table with 100,000 rows: how long until a new sort or filter is on the screen,
// and for how long at most the GUI thread does not answer meanwhile.
#include <QApplication>
#include <QElapsedTimer>
#include <cstdio>
#include <functional>
#include <random>

#include "tests/benchmarks/benchmark_support.h"
#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/table/table_view.h"

namespace hearth::ui {
namespace {

constexpr int kRows = 100'000;
constexpr int kRuns = 9;

std::function<QString()> text(const char* english) {
    return [english] { return QString(english); };
}

Columns benchmarkColumns() {
    return {{.id = "name", .title = text("Name"), .stretch = true},
            {.id = "actor", .title = text("Actor")},
            {.id = "state",
             .title = text("State"),
             .kind = CellKind::Status,
             .chips = true,
             .values = {{"ok", text("Succeeded"), Tone::Good}, {"no", text("Denied"), Tone::Bad}}},
            {.id = "bytes", .title = text("Size"), .kind = CellKind::Bytes},
            {.id = "time", .title = text("Time"), .kind = CellKind::Time},
            {.id = "id", .title = text("Id"), .kind = CellKind::Mono}};
}

TableRows benchmarkRows() {
    std::mt19937 random(1);
    TableRows rows;
    for (int i = 0; i < kRows; ++i) {
        const QString id = QString::number(random(), 16) + QString::number(i, 16);
        rows << TableRow{
            id,
            {Cell(QString("request %1 of department %2").arg(random() % kRows).arg(i % 40)),
             Cell(QString(i % 3 ? "김하늘 %1" : "operator %1").arg(random() % 500)),
             Cell(random() % 9 ? "ok" : "no"), Cell(double(random())),
             Cell(qint64(1'700'000'000 + random() % 10'000'000)), Cell(id)}};
    }
    return rows;
}

/// Knows how long the longest event took.
class TimedApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        QElapsedTimer timer;
        timer.start();
        const bool handled = QApplication::notify(receiver, event);
        longest = std::max(longest, double(timer.nsecsElapsed()) / 1e6);
        return handled;
    }

    double longest = 0;  // milliseconds
};

struct Timing {
    double total = 0;  // milliseconds
    double block = 0;
};

/// From the change until its result is painted.
Timing timed(DataTable& table, const std::function<void()>& change) {
    auto* application = static_cast<TimedApplication*>(qApp);
    QElapsedTimer total;
    total.start();
    change();
    application->longest = double(total.nsecsElapsed()) / 1e6;
    while (table.isArranging())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QCoreApplication::processEvents();
    return {.total = double(total.nsecsElapsed()) / 1e6, .block = application->longest};
}

void report(const char* what, std::vector<Timing> timings) {
    const auto median = [&](double Timing::*field) {
        std::sort(timings.begin(), timings.end(),
                  [&](const Timing& a, const Timing& b) { return a.*field < b.*field; });
        return timings[timings.size() / 2].*field;
    };
    const double total = median(&Timing::total);
    const double block = median(&Timing::block);
    std::printf("%-34s %7.1f ms   longest block %5.1f ms (worst run %5.1f ms)\n", what, total,
                block, timings.back().block);
}

void measure(DataTable& table, const char* what, const std::function<void(int)>& change) {
    std::vector<Timing> timings;
    for (int run = 0; run < kRuns; ++run)
        timings.push_back(timed(table, [&] { change(run); }));
    report(what, timings);
}

Qt::SortOrder turning(int run) {
    return run % 2 ? Qt::AscendingOrder : Qt::DescendingOrder;
}

void run() {
    DataTable table(benchmarkColumns());
    table.resize(1200, 800);
    table.show();
    const TableRows rows = benchmarkRows();
    std::printf("%s, %d rows, medians of %d runs\n", benchmark::processorName().c_str(), kRows,
                kRuns);
    report("first rows", {timed(table, [&] { table.setRows(rows); })});
    table.setCurrentRow(rows[kRows / 2].id);
    measure(table, "sort by text", [&](int i) { table.sortBy("name", turning(i)); });
    measure(table, "sort by number", [&](int i) { table.sortBy("bytes", turning(i)); });
    measure(table, "filter by text, number-sorted",
            [&](int i) { table.setFilter({.text = i % 2 ? "하늘 12" : "department 17"}); });
    table.setFilter({});
    measure(table, "filter by chip, number-sorted", [&](int i) {
        table.setFilter(i % 2 ? TableFilter{} : TableFilter{.values = {{2, {"no"}}}});
    });
    std::vector<TableRows> updates;
    for (int i = 0; i < kRuns; ++i) {
        updates.push_back(rows);
        updates.back()[i].cells[3] = Cell(double(i));
    }
    measure(table, "live update of all rows", [&](int i) { table.setRows(updates[size_t(i)]); });
}

}  // namespace
}  // namespace hearth::ui

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    hearth::ui::TimedApplication application(argc, argv);
    hearth::ui::Theme::instance().apply(hearth::ui::ThemeMode::Light);
    hearth::ui::Language::instance().apply(hearth::ui::LanguageChoice::English);
    hearth::ui::run();
}
