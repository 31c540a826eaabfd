#include "ui/pages/models/model_rows.h"

#include <QCoreApplication>

namespace hearth::ui {
namespace {

struct Models {
    Q_DECLARE_TR_FUNCTIONS(ModelsPage)
};

/// "LlamaForCausalLM" says "Llama" and what every model here is; the details have it in full.
QString shortArchitecture(const QString& architecture) {
    QString name = architecture;
    return name.remove(QStringLiteral("ForCausalLM"));
}

StatusValue stateValue(ModelState state) {
    return {modelStateCode(state), [state] { return modelStateText(state); },
            modelStateTone(state)};
}

}  // namespace

ModelState stateOf(const Model& model) {
    if (model.served)
        return ModelState::Served;
    if (!model.loadError.isEmpty())
        return ModelState::Failed;
    return model.wanted ? ModelState::Loading : ModelState::Unloaded;
}

QString modelStateCode(ModelState state) {
    switch (state) {
        case ModelState::Served:
            return "served";
        case ModelState::Loading:
            return "loading";
        case ModelState::Unloaded:
            return "unloaded";
        case ModelState::Failed:
            return "failed";
    }
    return {};
}

QString modelStateText(ModelState state) {
    switch (state) {
        case ModelState::Served:
            return Models::tr("Served");
        case ModelState::Loading:
            return Models::tr("Loading");
        case ModelState::Unloaded:
            return Models::tr("Not loaded");
        case ModelState::Failed:
            return Models::tr("Failed");
    }
    return {};
}

Tone modelStateTone(ModelState state) {
    switch (state) {
        case ModelState::Served:
            return Tone::Good;
        case ModelState::Loading:
            return Tone::Information;
        case ModelState::Unloaded:
            return Tone::Muted;
        case ModelState::Failed:
            return Tone::Bad;
    }
    return Tone::Normal;
}

Columns modelColumns() {
    return {
        {.id = "name", .title = [] { return Models::tr("Name"); }, .width = 220, .stretch = true},
        {.id = "kind",
         .title = [] { return Models::tr("Kind"); },
         .kind = CellKind::Status,
         .width = 100,
         .chips = true,
         .chipsShown = false,  // beside the states' chips, two more would not fit into a line
         .values = {{"base", [] { return Models::tr("Base", "kind of model"); }},
                    {"adapter", [] { return Models::tr("Adapter"); }}}},
        {.id = "state",
         .title = [] { return Models::tr("State"); },
         .kind = CellKind::Status,
         .width = 130,
         .chips = true,
         .values = {stateValue(ModelState::Served), stateValue(ModelState::Loading),
                    stateValue(ModelState::Unloaded), stateValue(ModelState::Failed)}},
        {.id = "architecture", .title = [] { return Models::tr("Architecture"); }, .width = 130},
        {.id = "size",
         .title = [] { return Models::tr("Size"); },
         .kind = CellKind::Bytes,
         .width = 96},
        {.id = "base", .title = [] { return Models::tr("Base model"); }, .width = 150},
        {.id = "created",
         .title = [] { return Models::tr("Created"); },
         .kind = CellKind::Time,
         .width = 130},
        {.id = "department",
         .title = [] { return Models::tr("Department"); },
         .width = 130,
         .hidden = true},
        {.id = "run",
         .title = [] { return Models::tr("Fine-tuning run"); },
         .kind = CellKind::Mono,
         .width = 170,
         .hidden = true},
    };
}

TableRow modelRow(const Model& model, bool busy) {
    const ModelState state = busy ? ModelState::Loading : stateOf(model);
    return {
        .id = model.id,
        .cells = {Cell(model.id), Cell(model.kind), Cell(modelStateCode(state)),
                  Cell(shortArchitecture(model.architecture)), Cell(model.bytes), Cell(model.base),
                  Cell(model.createdAt), Cell(model.department), Cell(model.job)}};
}

QString adviceForLoadError(const QString& error) {
    if (error.contains("memory", Qt::CaseInsensitive))
        return Models::tr("Unload a model that is not needed, then load this one again.");
    if (error.contains("hash", Qt::CaseInsensitive) ||
        error.contains("checksum", Qt::CaseInsensitive) ||
        error.contains("damaged", Qt::CaseInsensitive))
        return Models::tr(
            "The files have changed on the disk. Delete the model and import it again.");
    if (error.contains("base", Qt::CaseInsensitive))
        return Models::tr("Load the base model first, then load this one again.");
    return Models::tr("Load it again. If it fails again, the node's log says more.");
}

}  // namespace hearth::ui
