// What one does to a model: serve it or not, talk to it, teach it, delete it.
#include <QUrlQuery>

#include "ui/models/node_watch.h"
#include "ui/models/poll.h"
#include "ui/models/session.h"
#include "ui/pages/models/model_rows.h"
#include "ui/pages/models/models_page.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {

void ModelsPage::addRowActions() {
    const auto served = [this](const QStringList& ids) {
        const Model* model = find(ids.first());
        return model && model->served;
    };
    m_table->addRowAction({.label = [] { return tr("Chat with it"); },
                           .icon = "chat",
                           .may = served,
                           .run = [this](const QStringList& ids) { chat(ids.first()); }});
    m_table->addRowAction({.label = [] { return tr("Fine-tune it"); },
                           .icon = "fine_tuning",
                           .may =
                               [this](const QStringList& ids) {
                                   const Model* model = find(ids.first());
                                   return model && model->tunable &&
                                          context().session.may(core::Permission::RunFineTuning);
                               },
                           .run = [this](const QStringList& ids) { fineTune(ids.first()); }});
    const auto manages = [this](const QStringList&) { return mayManage(); };
    m_table->addRowAction({});
    m_table->addRowAction({.label = [] { return tr("Load"); },
                           .icon = "play",
                           .many = true,
                           .may = manages,
                           .run =
                               [this](const QStringList& ids) {
                                   for (const QString& id : ids)
                                       load(id);
                               }});
    m_table->addRowAction({.label = [] { return tr("Unload"); },
                           .icon = "stop",
                           .many = true,
                           .may = manages,
                           .run =
                               [this](const QStringList& ids) {
                                   for (const QString& id : ids)
                                       unload(id);
                               }});
    m_table->addRowAction({.label = [] { return tr("Delete…"); },
                           .icon = "trash",
                           .shortcut = QKeySequence::Delete,
                           .may = manages,
                           .run = [this](const QStringList& ids) { askDelete(ids.first()); }});
}

void ModelsPage::setBusy(const QString& id, bool busy) {
    if (busy)
        m_busy.insert(id);
    else
        m_busy.remove(id);
    if (const Model* model = find(id))
        m_table->upsertRow(modelRow(*model, busy));
    if (drawerShows(id))
        showDetails(id);
}

void ModelsPage::load(const QString& id) {
    const Model* model = find(id);
    if (!model || model->served || m_busy.contains(id))
        return;
    setBusy(id, true);
    context().session.api().loadModel(id, this, [this, id](const Outcome<Model>& outcome) {
        setBusy(id, false);
        if (!outcome)
            tellFailure(tr("%1 could not be loaded").arg(id), outcome.failure());
        context().watch.refresh();
        m_poll->hurry();
        if (drawerShows(id))
            askDetails(id);
    });
}

void ModelsPage::unload(const QString& id) {
    const Model* model = find(id);
    if (!model || m_busy.contains(id) || (!model->served && !model->wanted))
        return;
    setBusy(id, true);
    context().session.api().unloadModel(id, this, [this, id](const Outcome<Model>& outcome) {
        setBusy(id, false);
        if (!outcome)
            tellFailure(tr("%1 could not be unloaded").arg(id), outcome.failure());
        context().watch.refresh();
        m_poll->hurry();
    });
}

void ModelsPage::askDelete(const QString& id) {
    const Model* model = find(id);
    if (!model)
        return;
    const bool adapter = model->kind == "adapter";
    Confirm::ask(this,
                 {.texts =
                      [id, adapter] {
                          return ConfirmTexts{
                              .title = tr("Delete the model %1?").arg(id),
                              .message = adapter
                                             ? tr("Requests that name it will fail. It can only be "
                                                  "had again by fine-tuning again.")
                                             : tr("Requests that name it will fail. It can be "
                                                  "imported again from its folder."),
                              .confirm = tr("Delete model")};
                      },
                  .name = id,
                  .confirmed = [this, id] { remove(id); }});
}

void ModelsPage::remove(const QString& id) {
    setBusy(id, true);
    context().session.api().deleteModel(id, this, [this, id](const Outcome<Nothing>& outcome) {
        setBusy(id, false);
        if (outcome)
            context().toasts.show(Tone::Good, tr("%1 is deleted.").arg(id));
        else
            tellFailure(tr("%1 could not be deleted").arg(id), outcome.failure());
        m_poll->hurry();
    });
}

void ModelsPage::chat(const QString& id) {
    context().navigator.open("chat", id);
}

void ModelsPage::fineTune(const QString& id) {
    QUrlQuery query;
    query.addQueryItem("model", QString::fromLatin1(QUrl::toPercentEncoding(id)));
    context().navigator.open("fine_tuning", "new?" + query.toString(QUrl::FullyEncoded));
}

void ModelsPage::tellFailure(const QString& what, const ApiFailure& failure) {
    context().toasts.show(Tone::Bad, tr("%1: %2", "what failed, why").arg(what, failure.message));
}

}  // namespace hearth::ui
