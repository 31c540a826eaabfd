// What a table lets its user do with rows and columns: menus, copying, exporting.
#include <QAction>
#include <QClipboard>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMenu>
#include <QSaveFile>
#include <QShortcut>

#include "ui/theme/icons.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/table/table_header.h"
#include "ui/widgets/table/table_model.h"
#include "ui/widgets/table/table_toolbar.h"
#include "ui/widgets/table/table_view.h"

namespace hearth::ui {
namespace {

QString write(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return {};
    return file.errorString();
}

}  // namespace

void DataTable::addRowAction(RowAction action) {
    const size_t at = m_actions.size();
    if (!action.shortcut.isEmpty()) {
        auto* shortcut = new QShortcut(action.shortcut, m_view, nullptr, nullptr,
                                       Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, [this, at] {
            const QStringList ids = selectedRows();
            if (mayRun(m_actions[at], ids))
                m_actions[at].run(ids);
        });
    }
    m_actions.push_back(std::move(action));
}

bool DataTable::mayRun(const RowAction& action, const QStringList& ids) const {
    return !ids.isEmpty() && (ids.size() == 1 || action.many) && (!action.may || action.may(ids));
}

void DataTable::openRowMenu(const QPoint& global) {
    const QStringList ids = selectedRows();
    if (ids.isEmpty())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const RowAction& action : m_actions) {
        if (!action.label) {
            menu->addSeparator();
            continue;
        }
        QAction* entry = menu->addAction(action.label());
        if (!action.icon.isEmpty())
            entry->setIcon(icon(action.icon));
        entry->setShortcut(action.shortcut);
        entry->setEnabled(mayRun(action, ids));
        connect(entry, &QAction::triggered, this, [run = action.run, ids] { run(ids); });
    }
    if (!m_actions.empty())
        menu->addSeparator();
    QAction* copy =
        menu->addAction(icon("copy"), ids.size() > 1 ? tr("Copy rows") : tr("Copy row"));
    copy->setShortcut(QKeySequence::Copy);
    connect(copy, &QAction::triggered, this, &DataTable::copySelection);
    menu->popup(global);
}

void DataTable::fillColumnMenu() {
    QMenu* menu = m_toolbar->columnMenu();
    menu->clear();
    TableHeader* header = m_view->header();
    const size_t shown = m_view->visibleColumns().size();
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        const bool visible = !header->isSectionHidden(column);
        QAction* entry = menu->addAction(m_columns[size_t(column)].title());
        entry->setCheckable(true);
        entry->setChecked(visible);
        entry->setEnabled(!visible || shown > 1);
        connect(entry, &QAction::toggled, this, [this, header, column](bool on) {
            header->setSectionHidden(column, !on);
            m_view->fitColumns();
            m_layoutTimer.start();
        });
    }
}

void DataTable::fillExportMenu() {
    QMenu* menu = m_toolbar->exportMenu();
    menu->clear();
    menu->addAction(tr("Export as CSV\u2026"), this, [this] { chooseExport(ExportFormat::Csv); });
    menu->addAction(tr("Export as JSON\u2026"), this, [this] { chooseExport(ExportFormat::Json); });
}

TableExtract DataTable::extractOf(std::vector<int> rowOrder) const {
    TableExtract extract{.columns = m_columns,
                         .rows = m_model->rows(),
                         .rowOrder = std::move(rowOrder),
                         .columnOrder = m_view->visibleColumns()};
    // Their functions translate and belong to the GUI thread.
    for (Column& column : extract.columns)
        column.title = {}, column.format = {};
    return extract;
}

void DataTable::copySelection() {
    const TableExtract extract = extractOf(m_view->selectedIndices());
    if (extract.rowOrder.size() <= size_t(Arranger::kInline)) {
        QGuiApplication::clipboard()->setText(toTsv(extract));
        return;
    }
    m_exportPool.start([this, extract] {
        QMetaObject::invokeMethod(
            this, [text = toTsv(extract)] { QGuiApplication::clipboard()->setText(text); });
    });
}

void DataTable::chooseExport(ExportFormat format) {
    const bool csv = format == ExportFormat::Csv;
    auto* dialog = new QFileDialog(this, csv ? tr("Export as CSV") : tr("Export as JSON"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(csv ? "csv" : "json");
    dialog->setNameFilter(csv ? tr("CSV files (*.csv)") : tr("JSON files (*.json)"));
    connect(dialog, &QFileDialog::fileSelected, this,
            [this, format](const QString& path) { exportTo(path, format); });
    dialog->open();
}

void DataTable::exportTo(const QString& path, ExportFormat format) {
    m_exportPool.start([this, path, format, extract = extractOf(m_model->order())] {
        const QString error =
            write(path, format == ExportFormat::Csv ? toCsv(extract) : toJson(extract));
        QMetaObject::invokeMethod(this, [this, path, error] { emit exported(path, error); });
    });
}

}  // namespace hearth::ui
