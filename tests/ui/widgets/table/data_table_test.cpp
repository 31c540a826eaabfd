#include "ui/widgets/table/data_table.h"

#include <gtest/gtest.h>

#include <QClipboard>
#include <QInputMethodEvent>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/i18n/language.h"
#include "ui/widgets/button.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table/filter_chip.h"
#include "ui/widgets/table/filter_chips.h"
#include "ui/widgets/table/table_header.h"
#include "ui/widgets/table/table_toolbar.h"
#include "ui/widgets/table/table_view.h"

namespace hearth::ui {
namespace {

std::function<QString()> text(const char* english) {
    return [english] { return QString(english); };
}

Columns testColumns() {
    return {{.id = "name", .title = text("Name"), .stretch = true},
            {.id = "size", .title = text("Size"), .kind = CellKind::Bytes},
            {.id = "state",
             .title = text("State"),
             .kind = CellKind::Status,
             .chips = true,
             .values = {{"on", text("Running"), Tone::Good}, {"off", text("Stopped")}}},
            {.id = "extra", .title = text("Extra"), .hidden = true}};
}

TableRows testRows(int count) {
    TableRows rows;
    for (int i = 0; i < count; ++i)
        rows << TableRow{
            QString("r%1").arg(i),
            {Cell(QString("row %1").arg(i)), Cell(qint64(count - i)), Cell(i % 2 ? "off" : "on")}};
    return rows;
}

class DataTableTest : public testing::Test {
protected:
    DataTableTest() {
        table.resize(800, 400);
        table.show();
    }

    void wait() {
        ASSERT_TRUE(QTest::qWaitFor([this] { return !table.isArranging(); }));
        QTest::qWait(1);
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(table.view(), key, modifiers);
    }
    void search(const QString& words) {
        table.toolbar()->search()->setText(words);
        QTest::keyClick(table.toolbar()->search(), Qt::Key_Return);
        wait();
    }

    DataTable table{testColumns()};
};

TEST_F(DataTableTest, HeaderClickSortsAndTurns) {
    table.setRows(testRows(20));
    TableHeader* header = table.view()->header();
    const auto click = [&](int column) {
        const QPoint at(header->sectionViewportPosition(column) + 20, 10);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    };
    click(0);
    EXPECT_EQ(table.sort(), (SortOrder{0, Qt::AscendingOrder}));
    EXPECT_EQ(table.shownRows().mid(1, 2), (QStringList{"r1", "r2"}));  // 2 before 10
    click(0);
    EXPECT_EQ(table.shownRows().first(), "r19");
    click(1);
    EXPECT_EQ(table.sort(), (SortOrder{1, Qt::DescendingOrder}));  // numbers: greatest first
    EXPECT_EQ(table.shownRows().first(), "r0");
}

TEST_F(DataTableTest, HeaderSortsByKeyboard) {
    table.setRows(testRows(5));
    TableHeader* header = table.view()->header();
    header->setFocus(Qt::TabFocusReason);
    QTest::keyClick(header, Qt::Key_Right);
    QTest::keyClick(header, Qt::Key_Space);
    EXPECT_EQ(table.sort(), (SortOrder{1, Qt::DescendingOrder}));
    QTest::keyClick(header, Qt::Key_Return);
    EXPECT_EQ(table.shownRows().first(), "r4");
}

TEST_F(DataTableTest, HeaderMovesAndResizesByKeyboard) {
    TableHeader* header = table.view()->header();
    header->setFocus(Qt::TabFocusReason);
    QTest::keyClick(header, Qt::Key_Right, Qt::ControlModifier);
    EXPECT_EQ(table.view()->visibleColumns(), (std::vector<int>{1, 0, 2}));
    QTest::keyClick(header, Qt::Key_Left);
    const int before = header->sectionSize(1);
    QTest::keyClick(header, Qt::Key_Right, Qt::ShiftModifier);
    EXPECT_EQ(header->sectionSize(1), before + 16);
}

TEST_F(DataTableTest, UpOnTheFirstRowReachesTheHeader) {
    table.activateWindow();
    table.setRows(testRows(5));
    table.setCurrentRow("r0");
    press(Qt::Key_Up);
    EXPECT_EQ(table.window()->focusWidget(), table.view()->header());
}

TEST_F(DataTableTest, SearchAndChipsNarrowEachOther) {
    table.setRows(testRows(30));
    search("row 1");
    EXPECT_EQ(table.shownRows().size(), 12);  // 1, 10 to 19, 21
    FilterChips* chips = table.toolbar()->chips();
    const auto all = chips->findChildren<FilterChip*>();
    ASSERT_EQ(all.size(), 2);
    QTest::keyClick(all[0], Qt::Key_Space);
    EXPECT_EQ(table.shownRows(), (QStringList{"r10", "r12", "r14", "r16", "r18"}));
    EXPECT_EQ(table.state(), DataTable::State::Rows);
}

TEST_F(DataTableTest, NothingMatchesOffersToClear) {
    table.setRows(testRows(3));
    search("no such thing");
    EXPECT_EQ(table.state(), DataTable::State::NothingMatches);
    table.findChild<StateView*>()->primary()->click();
    EXPECT_EQ(table.state(), DataTable::State::Rows);
    EXPECT_EQ(table.shownRows().size(), 3);
    EXPECT_TRUE(table.toolbar()->search()->text().isEmpty());
}

TEST_F(DataTableTest, StatesFollowWhatIsKnown) {
    QSignalSpy retry(&table, &DataTable::retryRequested);
    QSignalSpy next(&table, &DataTable::emptyActionRequested);
    table.setEmptyState({"models", [] {
                             return TableEmptyTexts{"None", "Import one.", "Import"};
                         }});
    EXPECT_EQ(table.state(), DataTable::State::Loading);
    table.setFailed("The node is away.", "req_1");
    EXPECT_EQ(table.state(), DataTable::State::Failed);
    table.findChild<StateView*>()->primary()->click();
    EXPECT_EQ(retry.size(), 1);
    table.setRows({});
    EXPECT_EQ(table.state(), DataTable::State::Empty);
    EXPECT_EQ(table.findChild<StateView*>()->primary()->text(), "Import");
    table.findChild<StateView*>()->primary()->click();
    EXPECT_EQ(next.size(), 1);
    table.setRows(testRows(1));
    EXPECT_EQ(table.state(), DataTable::State::Rows);
    // What is there stays readable while the node is away.
    table.setFailed("The node is away.");
    table.setLoading();
    EXPECT_EQ(table.state(), DataTable::State::Rows);
}

TEST_F(DataTableTest, HangulInCompositionLeavesTheFilterAlone) {
    TableRows rows = testRows(3);
    rows[1].cells[0] = Cell("한글 모델");
    table.setRows(rows);
    SearchField* field = table.toolbar()->search();
    QInputMethodEvent composing("하", {});
    QCoreApplication::sendEvent(field, &composing);
    QTest::qWait(2 * SearchField::kPauseMs);
    EXPECT_EQ(table.shownRows().size(), 3);
    EXPECT_TRUE(field->isComposing());
    QInputMethodEvent done;
    done.setCommitString("한");
    QCoreApplication::sendEvent(field, &done);
    ASSERT_TRUE(QTest::qWaitFor([&] { return table.shownRows().size() == 1; }));
    EXPECT_EQ(table.shownRows(), QStringList{"r1"});
    EXPECT_EQ(field->text(), "한");
}

TEST_F(DataTableTest, LiveUpdateKeepsSelectionCurrentRowAndPlace) {
    table.setRows(testRows(200));
    table.setCurrentRow("r50");
    press(Qt::Key_Down, Qt::ShiftModifier);
    table.view()->verticalScrollBar()->setValue(40 * 36 + 7);
    QSignalSpy current(&table, &DataTable::currentRowChanged);

    TableRows rows = testRows(200);
    rows.prepend({"new", {"a new row", 1, "on"}});
    rows.removeIf([](const TableRow& row) { return row.id == "r3"; });
    rows.prepend({"newer", {"another", 1, "on"}});
    table.setRows(rows);

    EXPECT_EQ(table.selectedRows(), (QStringList{"r50", "r51"}));
    EXPECT_EQ(table.currentRow(), "r51");
    EXPECT_EQ(current.size(), 0);
    EXPECT_EQ(table.view()->verticalScrollBar()->value(), 41 * 36 + 7);
}

TEST_F(DataTableTest, SortingKeepsTheSelection) {
    table.setRows(testRows(100));
    table.setCurrentRow("r70");
    table.sortBy("size", Qt::AscendingOrder);
    EXPECT_EQ(table.selectedRows(), QStringList{"r70"});
    EXPECT_EQ(table.currentRow(), "r70");
}

TEST_F(DataTableTest, ARowThatGoesTakesItsSelectionAlong) {
    table.setRows(testRows(5));
    table.setCurrentRow("r2");
    QSignalSpy current(&table, &DataTable::currentRowChanged);
    table.removeRow("r2");
    EXPECT_EQ(table.selectedRows(), QStringList());
    EXPECT_EQ(current.size(), 1);
    table.upsertRow({"r9", {"nine", 9, "on"}});
    EXPECT_EQ(table.shownRows().last(), "r9");
}

TEST_F(DataTableTest, CopiesSelectedRowsAsShown) {
    table.setRows(testRows(4));
    table.sortBy("size", Qt::AscendingOrder);
    table.setCurrentRow("r3");
    press(Qt::Key_Down, Qt::ShiftModifier);
    press(Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(QGuiApplication::clipboard()->text(),
              "name\tsize\tstate\nrow 3\t1\toff\nrow 2\t2\ton\n");
}

TEST_F(DataTableTest, ExportsTheFilteredView) {
    QTemporaryDir folder;
    table.setRows(testRows(4));
    table.setFilter({.text = "", .values = {{2, {"off"}}}});
    QSignalSpy exported(&table, &DataTable::exported);
    const QString path = folder.filePath("out.csv");
    table.exportTo(path, DataTable::ExportFormat::Csv);
    ASSERT_TRUE(exported.wait());
    EXPECT_EQ(exported[0], (QVariantList{path, QString()}));
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    EXPECT_EQ(file.readAll().mid(3), "name,size,state\r\nrow 1,3,off\r\nrow 3,1,off\r\n");
}

TEST_F(DataTableTest, ExportTellsWhyItFailed) {
    table.setRows(testRows(1));
    QSignalSpy exported(&table, &DataTable::exported);
    table.exportTo("/no/such/folder/out.csv", DataTable::ExportFormat::Json);
    ASSERT_TRUE(exported.wait());
    EXPECT_FALSE(exported[0][1].toString().isEmpty());
}

TEST_F(DataTableTest, EnterActivatesAndArrowsTellTheCurrentRow) {
    table.setRows(testRows(4));
    QSignalSpy activated(&table, &DataTable::rowActivated);
    QSignalSpy current(&table, &DataTable::currentRowChanged);
    table.setCurrentRow("r1");
    press(Qt::Key_Down);
    press(Qt::Key_Return);
    EXPECT_EQ(current.last()[0], "r2");
    EXPECT_EQ(activated.last()[0], "r2");
}

TEST_F(DataTableTest, RowActionsRunFromShortcutAndKnowTheirLimits) {
    table.setRows(testRows(4));
    table.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&table));
    table.view()->setFocus();
    QStringList ran;
    table.addRowAction({.label = text("Delete"),
                        .shortcut = QKeySequence::Delete,
                        .run = [&](const QStringList& ids) { ran << ids; }});
    table.setCurrentRow("r1");
    press(Qt::Key_Delete);
    EXPECT_EQ(ran, QStringList{"r1"});
    press(Qt::Key_A, Qt::ControlModifier);
    EXPECT_EQ(table.selectedRows().size(), 4);
    press(Qt::Key_Delete);
    EXPECT_EQ(ran, QStringList{"r1"});
}

TEST(DataTableLayoutTest, LayoutIsRemembered) {
    QTemporaryDir folder;
    QSettings settings(folder.filePath("s.ini"), QSettings::IniFormat);
    {
        DataTable table(testColumns());
        table.resize(900, 300);
        table.setLayoutMemory(&settings, "table/test");
        TableHeader* header = table.view()->header();
        header->moveSection(2, 0);
        header->resizeSection(1, 222);
        QMenu* menu = table.toolbar()->columnMenu();
        emit menu->aboutToShow();
        menu->actions().last()->setChecked(true);  // the hidden one
        emit header->sortRequested(1);
        ASSERT_TRUE(QTest::qWaitFor([&] { return settings.contains("table/test/sort"); }));
    }
    DataTable table(testColumns());
    table.setLayoutMemory(&settings, "table/test");
    EXPECT_EQ(table.view()->visibleColumns(), (std::vector<int>{2, 0, 1, 3}));
    EXPECT_EQ(table.view()->columnWidth(1), 222);
    EXPECT_EQ(table.sort(), (SortOrder{1, Qt::DescendingOrder}));
}

TEST(DataTableLayoutTest, ABrokenMemoryDoesNoHarm) {
    QTemporaryDir folder;
    QSettings settings(folder.filePath("s.ini"), QSettings::IniFormat);
    settings.setValue("t/columns", QStringList{"gone:100:0", "size:-4:0", "x", "name:90:1",
                                               "size:100:1", "state:100:1", "extra:100:1"});
    settings.setValue("t/sort", "-gone");
    DataTable table(testColumns());
    table.setLayoutMemory(&settings, "t");
    EXPECT_EQ(table.view()->visibleColumns().size(), 1u);
    EXPECT_EQ(table.sort().column, -1);
}

TEST_F(DataTableTest, TheLastColumnCannotBeHidden) {
    QMenu* menu = table.toolbar()->columnMenu();
    for (int i = 0; i < 2; ++i) {
        emit menu->aboutToShow();
        menu->actions()[i]->setChecked(false);
    }
    emit menu->aboutToShow();
    EXPECT_FALSE(menu->actions()[2]->isEnabled());
}

TEST_F(DataTableTest, HundredThousandRowsSortAndFilterOnTheWorker) {
    table.setRows(testRows(100'000));
    EXPECT_TRUE(table.isArranging());
    wait();
    table.setCurrentRow("r77777");
    table.sortBy("size", Qt::AscendingOrder);
    table.sortBy("size", Qt::DescendingOrder);
    table.sortBy("name", Qt::DescendingOrder);  // the latest request wins
    wait();
    EXPECT_EQ(table.shownRows().first(), "r99999");
    EXPECT_EQ(table.shownRows().size(), 100'000);
    EXPECT_EQ(table.currentRow(), "r77777");
    search("row 7777");
    EXPECT_EQ(table.shownRows().size(), 19);
    EXPECT_EQ(table.selectedRows(), QStringList{"r77777"});
}

TEST_F(DataTableTest, TextsFollowTheLanguage) {
    table.setRows(testRows(2));
    search("nothing like it");
    Language::instance().apply(LanguageChoice::Korean);
    EXPECT_EQ(table.state(), DataTable::State::NothingMatches);
    EXPECT_EQ(table.toolbar()->search()->text(), "nothing like it");
    Language::instance().apply(LanguageChoice::English);
}

TEST_F(DataTableTest, EverythingFocusableHasAName) {
    for (QWidget* widget : table.findChildren<QWidget*>()) {
        const bool button = qobject_cast<QAbstractButton*>(widget);
        if (button || !widget->isVisible() || !(widget->focusPolicy() & Qt::TabFocus))
            continue;
        EXPECT_FALSE(widget->accessibleName().isEmpty()) << widget->metaObject()->className();
    }
}

}  // namespace
}  // namespace hearth::ui
