#include "ui/pages/models/models_page.h"

#include "ui/i18n/language.h"
#include "ui/models/poll.h"
#include "ui/models/preferences.h"
#include "ui/models/session.h"
#include "ui/pages/models/import_form.h"
#include "ui/pages/models/imports_panel.h"
#include "ui/pages/models/model_details_view.h"
#include "ui/pages/models/model_rows.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/table/export_notice.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {
constexpr int kPollMs = 3000;
}

ModelsPage::ModelsPage(AppContext& context, QWidget* parent)
    : Page(context, parent),
      m_poll(new Poll(
          kPollMs, [this] { refresh(); }, this)),
      m_table(new DataTable(modelColumns())),
      m_imports(new ImportsPanel),
      m_away(new Banner),
      m_drawer(new Drawer(this)),
      m_importDrawer(new Drawer(this)),
      m_details(new ModelDetailsView),
      m_importForm(new ImportForm(context)),
      m_import(new Button(ButtonKind::Primary, "plus")) {
    build();
    buildDrawer();
    connectParts();
    addRowActions();
    translated(this, [this] { showTexts(); });
}

void ModelsPage::build() {
    addAction(m_import);
    m_import->setVisible(mayManage());
    m_away->hide();
    body()->addWidget(m_away);
    body()->addWidget(m_imports);
    body()->addWidget(m_table, 1);
    m_table->setEmptyState({"models", [this] {
                                return TableEmptyTexts{
                                    tr("No models yet"),
                                    tr("Import one from a folder on the node's machine; it can "
                                       "then chat and be fine-tuned."),
                                    mayManage() ? tr("Import a model") : QString()};
                            }});
    m_table->sortBy("name", Qt::AscendingOrder);
    m_table->setLayoutMemory(&context().preferences.settings(), "table/models");
    tellExports(*m_table, context().toasts);
}

void ModelsPage::buildDrawer() {
    m_chat = new Button(ButtonKind::Primary);
    m_fineTune = new Button(ButtonKind::Quiet);
    m_serve = new Button(ButtonKind::Quiet);
    m_delete = new Button(ButtonKind::Destructive);
    for (Button* button : {m_chat, m_fineTune, m_serve, m_delete})
        m_drawer->addFooterAction(button);
    m_drawer->setBody(m_details);
    m_importDrawer->setBody(m_importForm);
}

void ModelsPage::connectParts() {
    connect(m_table, &DataTable::rowClicked, this,
            [this](const QString& id) { openDetails(id, false); });
    connect(m_table, &DataTable::rowActivated, this,
            [this](const QString& id) { openDetails(id, true); });
    connect(m_table, &DataTable::currentRowChanged, this, [this](const QString& id) {
        if (m_drawer->isOpen() && !id.isEmpty())
            openDetails(id, false);
    });
    connect(m_table, &DataTable::emptyActionRequested, this, &ModelsPage::openImport);
    connect(m_table, &DataTable::retryRequested, this, [this] {
        m_table->setLoading();
        m_poll->hurry();
    });
    connect(m_away, &Banner::actionClicked, m_poll, &Poll::hurry);
    connect(m_import, &Button::clicked, this, &ModelsPage::openImport);
    connect(m_importForm, &ImportForm::started, this, [this] {
        m_importDrawer->closeDrawer();
        m_poll->hurry();
    });
    connect(m_imports, &ImportsPanel::cancelRequested, this, [this](const QString& id) {
        context().session.api().cancelImport(id, this, [this](const Outcome<ModelImport>& outcome) {
            if (!outcome)
                tellFailure(tr("The import could not be cancelled"), outcome.failure());
            m_poll->hurry();
        });
    });
    connect(m_imports, &ImportsPanel::succeeded, this, [this](const QString& model) {
        context().toasts.show(Tone::Good, tr("%1 is imported.").arg(model));
        m_poll->hurry();
    });
    connect(m_chat, &Button::clicked, this, [this] { chat(m_shownDetails); });
    connect(m_fineTune, &Button::clicked, this, [this] { fineTune(m_shownDetails); });
    connect(m_delete, &Button::clicked, this, [this] { askDelete(m_shownDetails); });
    connect(m_serve, &Button::clicked, this, [this] {
        const Model* model = find(m_shownDetails);
        if (model && (model->served || stateOf(*model) == ModelState::Loading))
            unload(model->id);
        else if (model)
            load(model->id);
    });
    connect(&context().session, &Session::stateChanged, this,
            [this] { m_import->setVisible(mayManage()); });
}

void ModelsPage::showTexts() {
    m_import->setText(tr("Import a model"));
    m_importDrawer->setTitle(tr("Import a model"));
    m_importDrawer->setSubtitle(
        tr("The node copies it, checks every file, and loads it once before it is listed."));
    m_away->setAction(tr("Try again"));
    m_chat->setText(tr("Chat"));
    m_fineTune->setText(tr("Fine-tune"));
    m_delete->setText(tr("Delete"));
    showActions();
}

bool ModelsPage::mayManage() const {
    return const_cast<ModelsPage*>(this)->context().session.may(core::Permission::ManageModels);
}

void ModelsPage::shown() {
    m_poll->start();
}

void ModelsPage::left() {
    m_poll->stop();
}

QVector<PageCommand> ModelsPage::commands() {
    if (!mayManage())
        return {};
    return {{.title = [] { return tr("Import a model"); },
             .shortcut = QKeySequence::New,
             .run = [this] { openImport(); }}};
}

void ModelsPage::openItem(const QString& item) {
    if (item.startsWith("new"))
        return openImport();
    m_wanted = item;
    if (find(item))
        openDetails(item, true);
}

const Model* ModelsPage::find(const QString& id) const {
    for (const Model& model : m_models) {
        if (model.id == id)
            return &model;
    }
    return nullptr;
}

// --- what the node says -----------------------------------------------------------------------

void ModelsPage::refresh() {
    context().session.api().models(this, [this](const Outcome<QVector<Model>>& outcome) {
        m_poll->answered();
        m_away->setVisible(!outcome && !m_models.isEmpty());
        if (outcome)
            return takeModels(*outcome);
        m_away->setText(outcome.failure().message);
        m_table->setFailed(outcome.failure().message, outcome.failure().requestId);
    });
    if (mayManage())
        refreshImports();
}

void ModelsPage::refreshImports() {
    context().session.api().imports(this, [this](const Outcome<QVector<ModelImport>>& outcome) {
        if (outcome)
            m_imports->setImports(*outcome);
    });
}

void ModelsPage::takeModels(const QVector<Model>& models) {
    m_models = models;
    TableRows rows;
    for (const Model& model : models)
        rows << modelRow(model, m_busy.contains(model.id));
    m_table->setRows(rows);
    if (find(m_wanted))
        openDetails(m_wanted, true);
    else if (m_drawer->isOpen() && !find(m_shownDetails))
        m_drawer->closeDrawer();
    else if (m_drawer->isOpen())
        showDetails(m_shownDetails);
}

// --- the drawer -------------------------------------------------------------------------------

void ModelsPage::openDetails(QString id, bool takeFocus) {
    if (!find(id))
        return;
    m_wanted.clear();
    m_importDrawer->closeDrawer();
    m_table->setCurrentRow(id);
    const bool other = id != m_shownDetails || !m_drawer->isOpen();
    showDetails(id);
    m_drawer->openDrawer(takeFocus);
    if (other)
        askDetails(id);
}

void ModelsPage::showDetails(const QString& id) {
    const Model* model = find(id);
    m_shownDetails = id;
    m_drawer->setTitle(id);
    m_details->setModel(*model, m_busy.contains(id));
    showActions();
}

void ModelsPage::askDetails(const QString& id) {
    context().session.api().model(id, this, [this, id](const Outcome<ModelDetails>& outcome) {
        if (id != m_shownDetails)
            return;
        if (outcome)
            m_details->setDetails(*outcome);
        else
            m_details->setTrouble(outcome.failure().message);
    });
}

void ModelsPage::showActions() {
    const Model* model = find(m_shownDetails);
    if (!model)
        return;
    Session& session = context().session;
    const bool busy = m_busy.contains(model->id);
    const bool keep = model->served || stateOf(*model) == ModelState::Loading;
    m_serve->setText(keep ? tr("Unload") : tr("Load"));
    m_serve->setVisible(mayManage());
    m_serve->setEnabled(!busy);
    m_delete->setVisible(mayManage());
    m_delete->setEnabled(!busy);
    m_chat->setVisible(session.may(core::Permission::UseModels));
    m_chat->setEnabled(model->served && !busy);
    m_chat->setToolTip(model->served ? QString() : tr("Load the model first."));
    m_fineTune->setVisible(session.may(core::Permission::RunFineTuning) && model->tunable);
}

bool ModelsPage::drawerShows(const QString& id) const {
    return m_drawer->isOpen() && m_shownDetails == id && find(id);
}

void ModelsPage::openImport() {
    if (!mayManage())
        return;
    m_drawer->closeDrawer();
    m_importDrawer->openDrawer();
}

}  // namespace hearth::ui
