#include "ui/pages/datasets/dataset_rows.h"

#include <QCoreApplication>

namespace hearth::ui {
namespace {

struct DataSets {
    Q_DECLARE_TR_FUNCTIONS(DatasetsPage)
};

}  // namespace

QString purposeText(const QString& purpose) {
    if (purpose == "fine-tune")
        return DataSets::tr("Training");
    if (purpose == "evals")
        return DataSets::tr("Evaluation");
    return purpose;
}

Columns datasetColumns() {
    return {
        {.id = "name", .title = [] { return DataSets::tr("Name"); }, .width = 240, .stretch = true},
        {.id = "purpose",
         .title = [] { return DataSets::tr("Purpose"); },
         .kind = CellKind::Status,
         .width = 120,
         .chips = true,
         .values = {{"fine-tune", [] { return purposeText("fine-tune"); }},
                    {"evals", [] { return purposeText("evals"); }}}},
        {.id = "rows",
         .title = [] { return DataSets::tr("Rows"); },
         .kind = CellKind::Number,
         .width = 90},
        {.id = "size",
         .title = [] { return DataSets::tr("Size"); },
         .kind = CellKind::Bytes,
         .width = 96},
        {.id = "sha256",
         .title = [] { return DataSets::tr("SHA-256"); },
         .kind = CellKind::Mono,
         .width = 160},
        {.id = "uploaded",
         .title = [] { return DataSets::tr("Uploaded"); },
         .kind = CellKind::Time,
         .width = 130},
        {.id = "id",
         .title = [] { return DataSets::tr("Id"); },
         .kind = CellKind::Mono,
         .width = 200,
         .hidden = true}};
}

TableRow datasetRow(const DataFile& file) {
    return {.id = file.id,
            .cells = {Cell(file.filename), Cell(file.purpose), Cell(file.lines), Cell(file.bytes),
                      Cell(file.sha256), Cell(file.createdAt), Cell(file.id)}};
}

}  // namespace hearth::ui
