#include "ui/widgets/table/table_layout.h"

#include <algorithm>

namespace hearth::ui {
namespace {

constexpr int kWidest = 2000;  // a larger width in the memory is a mistake

int findColumn(const Columns& columns, const QString& id) {
    for (size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].id == id)
            return int(i);
    }
    return -1;
}

SortOrder sortFrom(const QString& text, const Columns& columns) {
    const int column = findColumn(columns, text.mid(1));
    return {column, text.startsWith(u'-') ? Qt::DescendingOrder : Qt::AscendingOrder};
}

}  // namespace

void saveTableLayout(QSettings& settings, const QString& key, const Columns& columns,
                     const QHeaderView& header, SortOrder sort) {
    QStringList parts;
    for (int visual = 0; visual < header.count(); ++visual) {
        const int i = header.logicalIndex(visual);
        const bool hidden = header.isSectionHidden(i);
        // A hidden section has no size of its own; its column's first width will do.
        const int width = hidden ? columns[size_t(i)].width : header.sectionSize(i);
        parts << QStringLiteral("%1:%2:%3").arg(columns[size_t(i)].id).arg(width).arg(hidden);
    }
    const QChar sign = sort.direction == Qt::AscendingOrder ? u'+' : u'-';
    settings.setValue(key + "/columns", parts);
    settings.setValue(key + "/sort",
                      sort.column < 0 ? QString() : sign + columns[size_t(sort.column)].id);
}

std::optional<SortOrder> restoreTableLayout(const QSettings& settings, const QString& key,
                                            const Columns& columns, QHeaderView& header) {
    int visual = 0;
    bool anyShown = false;
    for (const QString& part : settings.value(key + "/columns").toStringList()) {
        const QStringList fields = part.split(u':');
        const int column = fields.size() == 3 ? findColumn(columns, fields[0]) : -1;
        const int width = column < 0 ? 0 : fields[1].toInt();
        if (column < 0 || width < header.minimumSectionSize() || width > kWidest)
            continue;
        header.moveSection(header.visualIndex(column), visual++);
        header.setSectionHidden(column, fields[2] == "1");
        if (fields[2] != "1")
            header.resizeSection(column, width);
    }
    for (int i = 0; i < header.count(); ++i)
        anyShown = anyShown || !header.isSectionHidden(i);
    if (!anyShown && header.count() > 0)
        header.setSectionHidden(header.logicalIndex(0), false);
    if (!settings.contains(key + "/sort"))
        return std::nullopt;
    return sortFrom(settings.value(key + "/sort").toString(), columns);
}

}  // namespace hearth::ui
