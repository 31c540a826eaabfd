#include "ui/pages/datasets/datasets_page.h"

#include <QDragEnterEvent>
#include <QMimeData>
#include <QStackedWidget>

#include "ui/i18n/language.h"
#include "ui/models/poll.h"
#include "ui/models/preferences.h"
#include "ui/models/session.h"
#include "ui/pages/datasets/dataset_rows.h"
#include "ui/pages/datasets/drop_zone.h"
#include "ui/pages/datasets/row_browser.h"
#include "ui/pages/datasets/upload_form.h"
#include "ui/pages/datasets/upload_problems.h"
#include "ui/pages/datasets/uploads_panel.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/table/export_notice.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {
constexpr int kPollMs = 5000;
}

DatasetsPage::DatasetsPage(AppContext& context, QWidget* parent)
    : Page(context, parent),
      m_poll(new Poll(
          kPollMs, [this] { refresh(); }, this)),
      m_views(new QStackedWidget),
      m_table(new DataTable(datasetColumns())),
      m_browser(new RowBrowser(context.session.api())),
      m_uploads(new UploadsPanel(context.session.api())),
      m_away(new Banner),
      m_drawer(new Drawer(this)),
      m_form(new UploadForm),
      m_upload(new Button(ButtonKind::Primary, "upload")) {
    build();
    connectParts();
    connectUploads();
    addRowActions();
    translated(this, [this] { showTexts(); });
}

void DatasetsPage::build() {
    setAcceptDrops(true);
    addAction(m_upload);
    m_upload->setVisible(mayWrite());
    m_away->hide();
    m_views->addWidget(m_table);
    m_views->addWidget(m_browser);
    body()->addWidget(m_away);
    body()->addWidget(m_uploads);
    body()->addWidget(m_views, 1);
    m_drawer->setBody(m_form);
    m_table->setEmptyState({"datasets", [this] {
                                return TableEmptyTexts{
                                    tr("No data sets yet"),
                                    tr("Upload conversations to fine-tune a model with, or "
                                       "questions to test it. They never leave this node."),
                                    mayWrite() ? tr("Upload a data set") : QString()};
                            }});
    m_table->sortBy("uploaded", Qt::DescendingOrder);
    m_table->setLayoutMemory(&context().preferences.settings(), "table/datasets");
    tellExports(*m_table, context().toasts);
}

void DatasetsPage::connectParts() {
    connect(m_upload, &Button::clicked, this, [this] { openUpload(); });
    connect(m_table, &DataTable::emptyActionRequested, this, [this] { openUpload(); });
    connect(m_table, &DataTable::retryRequested, this, [this] {
        m_table->setLoading();
        m_poll->hurry();
    });
    connect(m_table, &DataTable::rowActivated, this, &DatasetsPage::browse);
    connect(m_away, &Banner::actionClicked, m_poll, &Poll::hurry);
    connect(m_browser, &RowBrowser::closed, this, &DatasetsPage::closeBrowser);
    connect(m_browser, &RowBrowser::fineTuneRequested, this, &DatasetsPage::fineTune);
    connect(&context().session, &Session::stateChanged, this,
            [this] { m_upload->setVisible(mayWrite()); });
}

void DatasetsPage::connectUploads() {
    connect(m_form, &UploadForm::uploadRequested, this,
            [this](const QString& path, const QString& purpose) {
                m_form->problems()->clear();
                m_drawer->closeDrawer();
                m_uploads->start(path, purpose);
            });
    connect(m_uploads, &UploadsPanel::uploaded, this, [this](const DataFile& file) {
        context().toasts.show(Tone::Good, tr("%1 is stored.").arg(file.filename),
                              {tr("Look into it"), [this, id = file.id] { openItem(id); }});
        m_form->reset();
        m_poll->hurry();
    });
    connect(m_uploads, &UploadsPanel::failed, this,
            [this](const QString& path, const QString& purpose, const ApiFailure& failure) {
                m_form->showFailure(path, purpose, failure);
                m_drawer->openDrawer();
            });
}

void DatasetsPage::addRowActions() {
    m_table->addRowAction({.label = [] { return tr("Look into it"); },
                           .icon = "eye",
                           .run = [this](const QStringList& ids) { browse(ids.first()); }});
    m_table->addRowAction({.label = [] { return tr("Report on it"); },
                           .icon = "guard",
                           .may =
                               [this](const QStringList& ids) {
                                   const DataFile* file = find(ids.first());
                                   return file && file->purpose == "fine-tune";
                               },
                           .run =
                               [this](const QStringList& ids) {
                                   browse(ids.first());
                                   m_browser->showReport();
                               }});
    m_table->addRowAction({.label = [] { return tr("Fine-tune with it"); },
                           .icon = "fine_tuning",
                           .may =
                               [this](const QStringList& ids) {
                                   const DataFile* file = find(ids.first());
                                   return file && file->purpose == "fine-tune" && mayTrain();
                               },
                           .run = [this](const QStringList& ids) { fineTune(ids.first()); }});
    m_table->addRowAction({});
    m_table->addRowAction({.label = [] { return tr("Delete…"); },
                           .icon = "trash",
                           .shortcut = QKeySequence::Delete,
                           .may = [this](const QStringList&) { return mayWrite(); },
                           .run = [this](const QStringList& ids) { askDelete(ids.first()); }});
}

void DatasetsPage::showTexts() {
    m_upload->setText(tr("Upload a data set"));
    m_away->setAction(tr("Try again"));
    m_drawer->setTitle(tr("Upload a data set"));
    m_drawer->setSubtitle(tr("It is stored encrypted on this node."));
}

bool DatasetsPage::mayWrite() const {
    return const_cast<DatasetsPage*>(this)->context().session.may(core::Permission::WriteFiles);
}

bool DatasetsPage::mayTrain() const {
    return const_cast<DatasetsPage*>(this)->context().session.may(core::Permission::RunFineTuning);
}

void DatasetsPage::shown() {
    m_poll->start();
}

void DatasetsPage::left() {
    m_poll->stop();
}

QVector<PageCommand> DatasetsPage::commands() {
    if (!mayWrite())
        return {};
    return {{.title = [] { return tr("Upload a data set"); },
             .shortcut = QKeySequence::New,
             .run = [this] { openUpload(); }}};
}

void DatasetsPage::openItem(const QString& item) {
    if (item.startsWith("new"))
        return openUpload();
    m_wanted = item;
    if (find(item))
        browse(item);
}

const DataFile* DatasetsPage::find(const QString& id) const {
    for (const DataFile& file : m_files) {
        if (file.id == id)
            return &file;
    }
    return nullptr;
}

void DatasetsPage::refresh() {
    context().session.api().files(this, [this](const Outcome<QVector<DataFile>>& outcome) {
        m_poll->answered();
        m_away->setVisible(!outcome && !m_files.isEmpty());
        if (outcome)
            return takeFiles(*outcome);
        m_away->setText(outcome.failure().message);
        m_table->setFailed(outcome.failure().message, outcome.failure().requestId);
    });
}

void DatasetsPage::takeFiles(const QVector<DataFile>& files) {
    m_files = files;
    TableRows rows;
    for (const DataFile& file : files)
        rows << datasetRow(file);
    m_table->setRows(rows);
    if (find(m_wanted))
        browse(m_wanted);
}

void DatasetsPage::openUpload(const QString& path) {
    if (!mayWrite())
        return;
    if (!path.isEmpty()) {
        m_form->reset();
        m_form->file()->setFile(path);
    }
    m_drawer->openDrawer();
}

void DatasetsPage::browse(const QString& id) {
    const DataFile* file = find(id);
    if (!file)
        return;
    m_wanted.clear();
    m_drawer->closeDrawer();
    m_table->setCurrentRow(id);
    m_views->setCurrentWidget(m_browser);
    m_browser->open(*file);
}

void DatasetsPage::closeBrowser() {
    m_views->setCurrentWidget(m_table);
    m_table->setFocus(Qt::OtherFocusReason);
}

void DatasetsPage::fineTune(const QString& id) {
    context().navigator.open("fine_tuning", "new?file=" + id);
}

void DatasetsPage::askDelete(const QString& id) {
    const DataFile* known = find(id);
    if (!known)
        return;
    const DataFile file = *known;
    Confirm::ask(this, {.texts =
                            [file] {
                                return ConfirmTexts{
                                    .title = tr("Delete the data set %1?").arg(file.filename),
                                    .message = tr("The node keeps no copy. Models that learnt from "
                                                  "it stay as they are."),
                                    .confirm = tr("Delete data set")};
                            },
                        .name = file.filename,
                        .confirmed = [this, file] { remove(file); }});
}

void DatasetsPage::remove(const DataFile& file) {
    context().session.api().deleteFile(
        file.id, this, [this, file](const Outcome<Nothing>& outcome) {
            if (outcome)
                context().toasts.show(Tone::Good, tr("%1 is deleted.").arg(file.filename));
            else
                context().toasts.show(Tone::Bad,
                                      tr("%1 could not be deleted: %2")
                                          .arg(file.filename, outcome.failure().message));
            if (outcome && m_browser->fileId() == file.id)
                closeBrowser();
            m_poll->hurry();
        });
}

void DatasetsPage::dragEnterEvent(QDragEnterEvent* event) {
    if (mayWrite() && !draggedFile(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DatasetsPage::dropEvent(QDropEvent* event) {
    event->acceptProposedAction();
    openUpload(draggedFile(*event->mimeData()));
}

}  // namespace hearth::ui
