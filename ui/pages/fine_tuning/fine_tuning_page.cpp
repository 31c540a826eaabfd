#include "ui/pages/fine_tuning/fine_tuning_page.h"

#include <QKeyEvent>
#include <QStackedWidget>
#include <QUrlQuery>

#include "ui/i18n/language.h"
#include "ui/models/job_texts.h"
#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/models/session.h"
#include "ui/pages/fine_tuning/compare_view.h"
#include "ui/pages/fine_tuning/new_run_form.h"
#include "ui/pages/fine_tuning/run_view.h"
#include "ui/pages/fine_tuning/runs_table.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/button.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {

RunDraft draftOf(const Job& job) {
    const auto number = [&](const QJsonObject& from, const char* key) {
        const QJsonValue value = from.value(QLatin1String(key));
        return value.isDouble() ? QString::number(value.toDouble(), 'g', 6) : QString();
    };
    const QJsonObject lora = job.settings.value("lora").toObject();
    return {.model = job.model,
            .trainingFile = job.trainingFile,
            .validationFile = job.validationFile,
            .epochs = number(job.settings, "epochs"),
            .rank = number(lora, "r"),
            .alpha = number(lora, "alpha"),
            .learningRate = number(job.settings, "learning_rate"),
            .batchTokens = number(job.settings, "batch_tokens")};
}

RunDraft draftOf(const QUrlQuery& query) {
    return {.model = query.queryItemValue("model", QUrl::FullyDecoded),
            .trainingFile = query.queryItemValue("file", QUrl::FullyDecoded)};
}

}  // namespace

FineTuningPage::FineTuningPage(AppContext& context)
    : Page(context),
      m_views(new QStackedWidget),
      m_table(new DataTable(runColumns())),
      m_run(new RunView(context.session.api())),
      m_form(new NewRunForm(context.session.api())),
      m_compare(new CompareView(context.session.api())),
      m_new(new Button(ButtonKind::Primary, QStringLiteral("plus"))),
      m_compareButton(new Button(ButtonKind::Quiet, QStringLiteral("compare"))) {
    build();
    connectViews();
    addRowActions();
    translated(this, [this] { showTexts(); });
}

void FineTuningPage::build() {
    addAction(m_new);
    m_table->sortBy("created", Qt::DescendingOrder);
    m_table->setLayoutMemory(&context().preferences.settings(), "table/runs");
    m_table->setEmptyState({.icon = "fine_tuning", .texts = [] {
                                return TableEmptyTexts{
                                    .title = tr("No runs yet"),
                                    .sentence =
                                        tr("Teach a model from examples of the answers you want. "
                                           "Your data stays on this node."),
                                    .button = tr("New fine-tuning")};
                            }});
    m_table->addToolbarWidget(m_compareButton);
    m_compareButton->setEnabled(false);
    for (QWidget* view : {static_cast<QWidget*>(m_table), static_cast<QWidget*>(m_run),
                          static_cast<QWidget*>(m_form), static_cast<QWidget*>(m_compare)})
        m_views->addWidget(view);
    body()->addWidget(m_views, 1);
}

void FineTuningPage::connectViews() {
    const auto list = [this] { showView(m_table); };
    connect(m_new, &Button::clicked, this, [this] { openForm(); });
    connect(m_table, &DataTable::rowActivated, this, &FineTuningPage::openRun);
    connect(m_table, &DataTable::emptyActionRequested, this, [this] { openForm(); });
    connect(m_table, &DataTable::selectionChanged, this,
            [this] { m_compareButton->setEnabled(m_table->selectedRows().size() == 2); });
    connect(m_compareButton, &Button::clicked, this,
            [this] { openCompare(m_table->selectedRows()); });
    connect(m_run, &RunView::backWanted, this, list);
    connect(m_run, &RunView::changed, &context().watch, &NodeWatch::refresh);
    connect(m_run, &RunView::chatWanted, this,
            [this](const QString& model) { context().navigator.open("chat", model); });
    connect(m_run, &RunView::againWanted, this, [this](const Job& job) { openForm(draftOf(job)); });
    connect(m_compare, &CompareView::backWanted, this, list);
    connect(m_form, &NewRunForm::cancelled, this, list);
    connect(m_form, &NewRunForm::filesWanted, this,
            [this] { context().navigator.open("datasets"); });
    connect(m_form, &NewRunForm::started, this, [this](const Job& job) {
        context().watch.refresh();
        m_run->open(job, m_files);
        showView(m_run);
        context().toasts.show(Tone::Good, tr("Fine-tuning of %1 has started.").arg(job.model));
    });
    connect(&context().watch, &NodeWatch::jobsChanged, this, [this] {
        m_jobsKnown = true;
        showJobs();
    });
}

void FineTuningPage::addRowActions() {
    m_table->addRowAction({.label = [] { return tr("Open"); },
                           .run = [this](const QStringList& ids) { openRun(ids.value(0)); }});
    m_table->addRowAction({.label = [] { return tr("Compare two runs"); },
                           .icon = "compare",
                           .shortcut = QKeySequence("Ctrl+Shift+C"),
                           .many = true,
                           .may = [](const QStringList& ids) { return ids.size() == 2; },
                           .run = [this](const QStringList& ids) { openCompare(ids); }});
    m_table->addRowAction({.label = [] { return tr("Repeat by a schedule…"); },
                           .icon = "calendar",
                           .may =
                               [this](const QStringList&) {
                                   return context().session.may(core::Permission::RunFineTuning);
                               },
                           .run =
                               [this](const QStringList& ids) {
                                   context().navigator.open("schedules", "new?job=" + ids.value(0));
                               }});
    m_table->addRowAction({.label = [] { return tr("Chat with it"); },
                           .icon = "chat",
                           .may =
                               [this](const QStringList& ids) {
                                   const Job* job = find(ids.value(0));
                                   return job && job->status == QLatin1String("succeeded");
                               },
                           .run =
                               [this](const QStringList& ids) {
                                   if (const Job* job = find(ids.value(0)))
                                       context().navigator.open("chat", job->fineTunedModel);
                               }});
}

void FineTuningPage::showTexts() {
    m_new->setText(tr("New fine-tuning"));
    m_compareButton->setText(tr("Compare"));
    m_compareButton->setToolTip(tr("Select two runs to see them side by side"));
    if (m_jobsKnown)
        showJobs();
}

QVector<PageCommand> FineTuningPage::commands() {
    QVector<PageCommand> commands{
        {.title = [] { return tr("Show all runs"); }, .run = [this] { showView(m_table); }}};
    if (context().session.may(core::Permission::RunFineTuning))
        commands.prepend({.title = [] { return tr("New fine-tuning"); },
                          .shortcut = QKeySequence("Ctrl+N"),
                          .run = [this] { openForm(); }});
    return commands;
}

QWidget* FineTuningPage::view() const {
    return m_views->currentWidget();
}

void FineTuningPage::showView(QWidget* view) {
    if (view != m_run)
        m_run->pause();
    m_views->setCurrentWidget(view);
    m_new->setVisible(view == m_table && context().session.may(core::Permission::RunFineTuning));
    if (view == m_table)
        m_table->setFocus(Qt::OtherFocusReason);
}

void FineTuningPage::shown() {
    const bool mayRun = context().session.may(core::Permission::RunFineTuning);
    m_new->setVisible(mayRun && view() == m_table);
    m_run->setMayRun(mayRun);
    askFiles();
    m_jobsKnown = m_jobsKnown || !context().watch.jobs().isEmpty();
    if (m_jobsKnown)
        showJobs();
    else
        context().watch.refresh();
    if (view() == m_run && !m_run->job().id.isEmpty())
        m_run->open(m_run->job(), m_files);
}

/// Back to the list, but not out of the form: what was typed would be gone.
void FineTuningPage::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && (view() == m_run || view() == m_compare))
        showView(m_table);
    else
        Page::keyPressEvent(event);
}

void FineTuningPage::left() {
    m_run->pause();
}

void FineTuningPage::askFiles() {
    context().session.api().files(this, [this](const Outcome<QVector<DataFile>>& files) {
        if (!files)
            return;  // ids stand in for names
        for (const DataFile& file : *files)
            m_files.insert(file.id, file.filename);
        if (m_jobsKnown)
            showJobs();
    });
}

void FineTuningPage::showJobs() {
    TableRows rows;
    for (const Job& job : context().watch.jobs())
        rows.append(rowOf(job, m_files));
    m_table->setRows(rows);
}

const Job* FineTuningPage::find(const QString& id) const {
    for (const Job& job : const_cast<FineTuningPage*>(this)->context().watch.jobs()) {
        if (job.id == id)
            return &job;
    }
    return nullptr;
}

void FineTuningPage::openItem(const QString& item) {
    if (item.isEmpty())
        showView(m_table);
    else if (item == QLatin1String("new") || item.startsWith(QLatin1String("new?")))
        openForm(draftOf(QUrlQuery(item.mid(4))));
    else if (item.contains(','))
        openCompare(item.split(','));
    else
        openRun(item);
}

void FineTuningPage::openRun(const QString& id) {
    const Job* known = find(id);
    m_run->open(known ? *known : Job{.id = id}, m_files);
    showView(m_run);
    m_run->backButton()->setFocus(Qt::OtherFocusReason);
}

void FineTuningPage::openCompare(const QStringList& ids) {
    const Job* a = find(ids.value(0));
    const Job* b = find(ids.value(1));
    if (!a || !b)
        return;
    const bool aFirst = a->createdAt <= b->createdAt;
    m_compare->open(aFirst ? *a : *b, aFirst ? *b : *a, m_files);
    showView(m_compare);
}

void FineTuningPage::openForm(const RunDraft& draft) {
    showView(m_form);
    m_form->begin(draft);
}

}  // namespace hearth::ui
