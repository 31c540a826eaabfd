#include "ui/widgets/table/export_notice.h"

#include <QDir>

#include "ui/widgets/table/data_table.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {

void tellExports(DataTable& table, Toasts& toasts) {
    QObject::connect(
        &table, &DataTable::exported, &table, [&toasts](const QString& path, const QString& error) {
            const QString file = QDir::toNativeSeparators(path);
            if (error.isEmpty())
                toasts.show(Tone::Good, DataTable::tr("Exported to %1").arg(file));
            else
                toasts.show(Tone::Bad,
                            DataTable::tr("%1 could not be written: %2").arg(file, error));
        });
}

}  // namespace hearth::ui
