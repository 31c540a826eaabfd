// Which rows a table shows and in which order: a pure function, so that it can run on any thread.
#pragma once
#include <atomic>
#include <memory>

#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

/// Everything that arranging needs, detached from widgets and language.
struct ArrangeRequest {
    TableRows rows;  // shared, not copied
    std::vector<CellKind> kinds;
    /// For Status columns: code to label in the present language, which is what people search
    /// and expect as the order.
    std::vector<QHash<QString, QString>> labels;
    /// For Status columns with chips: count their values.
    std::vector<int> counted;
    SortOrder sort;
    TableFilter filter;
};

/// Row id to its index.
using RowIndex = QHash<QString, int>;

struct Arrangement {
    TableRows rows;                           // the request's
    std::shared_ptr<const RowIndex> indexOf;  // of all rows
    std::vector<int> order;                   // indices into rows, as shown from the top
    /// For each counted column: code to the number of rows that pass all filters but this
    /// column's own.
    QMap<int, QHash<QString, int>> counts;
};

/// What one arrangement leaves for the next of the same rows: a filter that changes with every
/// key then needs neither sorting nor folding again.
struct ArrangeMemo {
    TableRows rows;
    std::shared_ptr<const RowIndex> indexOf;
    std::vector<QHash<QString, QString>> labels;
    SortOrder sort;
    std::vector<int> sorted;        // all rows, by `sort`; empty: not known
    std::vector<QString> searched;  // a row's textual cells, case folded; empty: not known
};

/// Stable: equal rows keep the order in which they came, in both directions. Missing values last.
/// Returns nothing once `cancelled` is set.
/// Threading: any, one at a time for a memo; 100,000 rows take some tens of milliseconds.
std::optional<Arrangement> arrange(const ArrangeRequest& request, ArrangeMemo& memo,
                                   const std::atomic<bool>& cancelled);

}  // namespace hearth::ui
