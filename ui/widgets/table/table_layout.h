// How a person arranged a table's columns, kept between runs.
#pragma once
#include <QHeaderView>
#include <QSettings>

#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

/// Order, widths, hidden columns and sort, as one value under `key`.
void saveTableLayout(QSettings& settings, const QString& key, const Columns& columns,
                     const QHeaderView& header, SortOrder sort);

/// Puts back what was saved. Columns that the memory does not know keep their place and width;
/// unknown names in it are passed over. Returns the sort, if one was saved.
std::optional<SortOrder> restoreTableLayout(const QSettings& settings, const QString& key,
                                            const Columns& columns, QHeaderView& header);

}  // namespace hearth::ui
