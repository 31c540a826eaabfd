#include "ui/widgets/table/data_table.h"

#include <QGuiApplication>
#include <QMenu>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/table/cell_text.h"
#include "ui/widgets/table/filter_chips.h"
#include "ui/widgets/table/table_frame.h"
#include "ui/widgets/table/table_header.h"
#include "ui/widgets/table/table_layout.h"
#include "ui/widgets/table/table_toolbar.h"
#include "ui/widgets/table/table_view.h"

namespace hearth::ui {
namespace {
constexpr int kLayoutDelayMs = 400;
constexpr int kClockMs = 30'000;
}  // namespace

DataTable::DataTable(Columns columns, QWidget* parent)
    : QWidget(parent), m_columns(std::move(columns)) {
    build();
    connectView();
    translated(this, [this] { retranslate(); });
    showState();
}

void DataTable::build() {
    m_model = new TableModel(m_columns, this);
    m_toolbar = new TableToolbar(m_columns);
    m_view = new TableView(*m_model);
    m_stateView = new StateView;
    m_stack = new QStackedWidget;
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_stateView);
    auto* box = new QWidget;
    auto* inside = new QVBoxLayout(box);
    inside->setContentsMargins(1, 1, 1, 1);
    inside->addWidget(m_stack);
    new TableFrame(box);
    // States stand on the ground of the rows that they replace.
    box->setAutoFillBackground(true);
    themed(box, [box] {
        QPalette palette;
        palette.setColor(QPalette::Window, colors().surface);
        box->setPalette(palette);
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid + metrics::kGrid / 2);
    column->addWidget(m_toolbar);
    column->addWidget(box, 1);
    setFocusProxy(m_view);
    setTabOrder(m_view->header(), m_view);
}

void DataTable::connectView() {
    connect(&m_arranger, &Arranger::finished, this, &DataTable::take);
    connect(m_toolbar, &TableToolbar::filterChanged, this, [this] { arrange(false); });
    connect(m_toolbar, &TableToolbar::leftDownwards, m_view, [this] {
        if (!m_view->currentIndex().isValid() && m_model->rowCount() > 0)
            m_view->setCurrentId(m_model->shownRow(0).id);
        m_view->setFocus(Qt::TabFocusReason);
    });
    connect(m_toolbar->columnMenu(), &QMenu::aboutToShow, this, &DataTable::fillColumnMenu);
    connect(m_view->header(), &TableHeader::sortRequested, this, &DataTable::toggleSort);
    connect(m_view->header(), &QWidget::customContextMenuRequested, this, [this](QPoint at) {
        m_toolbar->columnMenu()->popup(m_view->header()->mapToGlobal(at));
    });
    connect(m_view, &TableView::activatedRow, this, &DataTable::rowActivated);
    connect(m_view, &QAbstractItemView::clicked, this, [this] {
        if (!(QGuiApplication::keyboardModifiers() & (Qt::ControlModifier | Qt::ShiftModifier)))
            emit rowClicked(currentRow());
    });
    connect(m_view, &TableView::currentIdChanged, this, &DataTable::currentRowChanged);
    connect(m_view, &TableView::selectedIdsChanged, this, [this] {
        m_toolbar->setCounts(m_model->rowCount(), int(m_rows.size()),
                             int(m_view->selectedIndices().size()));
        emit selectionChanged();
    });
    connect(m_view, &TableView::menuRequested, this, &DataTable::openRowMenu);
    connect(m_view, &TableView::copyRequested, this, &DataTable::copySelection);
    connect(m_view, &TableView::leftUpwards, this,
            [this] { m_view->header()->setFocus(Qt::TabFocusReason); });
    connect(m_stateView, &StateView::primaryClicked, this, &DataTable::stateButtonPressed);
    auto* find =
        new QShortcut(QKeySequence::Find, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, this, [this] {
        m_toolbar->search()->setFocus(Qt::ShortcutFocusReason);
        m_toolbar->search()->selectAll();
    });
    m_layoutTimer.setSingleShot(true);
    m_layoutTimer.setInterval(kLayoutDelayMs);
    connect(&m_layoutTimer, &QTimer::timeout, this, &DataTable::rememberLayout);
    connect(&m_clock, &QTimer::timeout, m_view->viewport(), qOverload<>(&QWidget::update));
    m_clock.start(kClockMs);
}

int DataTable::columnIndex(const QString& id) const {
    for (size_t i = 0; i < m_columns.size(); ++i) {
        if (m_columns[i].id == id)
            return int(i);
    }
    return -1;
}

// --- rows -----------------------------------------------------------------------------------

void DataTable::setRows(TableRows rows) {
    m_loaded = true;
    m_failure.clear();
    // Comparing is for small tables, that are asked for again and again; with many rows it takes
    // as long as it saves.
    if (rows.size() <= Arranger::kInline && rows == m_rows && m_model->rows().size() == rows.size())
        return showState();
    m_rows = std::move(rows);
    arrange(true);
}

void DataTable::upsertRow(const TableRow& row) {
    const auto known = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const TableRow& other) { return other.id == row.id; });
    if (known == m_rows.end())
        m_rows.append(row);
    else
        *known = row;
    m_loaded = true;
    arrange(true);
}

void DataTable::removeRow(const QString& id) {
    m_rows.removeIf([&](const TableRow& row) { return row.id == id; });
    arrange(true);
}

ArrangeRequest DataTable::makeRequest() const {
    ArrangeRequest request{.rows = m_rows,
                           .counted = m_toolbar->chips()->columns(),
                           .sort = m_sort,
                           .filter = m_toolbar->filter()};
    for (const Column& column : m_columns) {
        request.kinds.push_back(column.kind);
        QHash<QString, QString> labels;
        for (const StatusValue& value : column.values)
            labels.insert(value.code, value.label());
        request.labels.push_back(labels);
    }
    return request;
}

void DataTable::arrange(bool rowsChanged) {
    m_rowsPending = m_rowsPending || rowsChanged;
    m_arranger.request(makeRequest());
}

void DataTable::take(const std::shared_ptr<const Arrangement>& arrangement) {
    const auto scroll = m_rowsPending ? TableView::Scroll::KeepTop : TableView::Scroll::ShowCurrent;
    m_rowsPending = false;
    m_arranger.dispose(m_view->apply(arrangement, scroll));
    m_toolbar->chips()->setCounts(arrangement->counts);
    m_toolbar->setCounts(m_model->rowCount(), int(m_rows.size()),
                         int(m_view->selectedIndices().size()));
    showState();
    emit arranged();
}

// --- sort, filter ---------------------------------------------------------------------------

void DataTable::toggleSort(int column) {
    const bool same = m_sort.column == column;
    const CellKind kind = m_columns[size_t(column)].kind;
    // Who sorts numbers or times looks for the greatest, the latest.
    Qt::SortOrder direction = isNumeric(kind) ? Qt::DescendingOrder : Qt::AscendingOrder;
    if (same)
        direction =
            m_sort.direction == Qt::AscendingOrder ? Qt::DescendingOrder : Qt::AscendingOrder;
    setSort({column, direction});
    m_layoutTimer.start();
}

void DataTable::setSort(SortOrder sort) {
    if (sort == m_sort)
        return;
    m_sort = sort;
    m_view->header()->setSort(sort);
    arrange(false);
}

void DataTable::sortBy(const QString& columnId, Qt::SortOrder direction) {
    setSort({columnIndex(columnId), direction});
}

TableFilter DataTable::filter() const {
    return m_toolbar->filter();
}

void DataTable::setFilter(const TableFilter& filter) {
    m_toolbar->setFilter(filter);
}

QString DataTable::currentRow() const {
    return m_view->currentId();
}

bool DataTable::setCurrentRow(const QString& id) {
    return m_view->setCurrentId(id);
}

QStringList DataTable::selectedRows() const {
    return m_view->selectedIds();
}

QStringList DataTable::shownRows() const {
    QStringList ids;
    for (int row = 0; row < m_model->rowCount(); ++row)
        ids << m_model->shownRow(row).id;
    return ids;
}

void DataTable::addToolbarWidget(QWidget* widget) {
    m_toolbar->addWidget(widget);
}

// --- layout memory --------------------------------------------------------------------------

void DataTable::setLayoutMemory(QSettings* settings, const QString& key) {
    m_settings = settings;
    m_layoutKey = key;
    if (const auto sort = restoreTableLayout(*settings, key, m_columns, *m_view->header()))
        setSort(*sort);
    m_view->fitColumns();
    const auto changed = [this] { m_layoutTimer.start(); };
    connect(m_view->header(), &QHeaderView::sectionResized, this, changed);
    connect(m_view->header(), &QHeaderView::sectionMoved, this, changed);
}

void DataTable::rememberLayout() {
    if (m_settings)
        saveTableLayout(*m_settings, m_layoutKey, m_columns, *m_view->header(), m_sort);
}

void DataTable::retranslate() {
    m_view->setAccessibleName(tr("Table"));
    m_view->header()->setAccessibleName(tr("Column titles"));
    m_model->retranslate();
    fillExportMenu();
    showStateTexts();
    // Labels are searched and sorted by as they read now.
    if (m_loaded)
        arrange(true);
}

}  // namespace hearth::ui
