#include "ui/pages/api_keys/api_keys_page.h"

#include <QDateTime>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/poll.h"
#include "ui/models/preferences.h"
#include "ui/models/session.h"
#include "ui/pages/api_keys/key_rows.h"
#include "ui/pages/api_keys/new_key_form.h"
#include "ui/pages/api_keys/secret_view.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/table/export_notice.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {
constexpr int kPollMs = 10'000;
}

ApiKeysPage::ApiKeysPage(AppContext& context, QWidget* parent)
    : Page(context, parent),
      m_poll(new Poll(
          kPollMs, [this] { refresh(); }, this)),
      m_table(new DataTable(keyColumns())),
      m_away(new Banner),
      m_drawer(new Drawer(this)),
      m_steps(new QWidget),
      m_form(new NewKeyForm(context)),
      m_secretView(new SecretView),
      m_create(new Button(ButtonKind::Primary, "plus")) {
    build();
    connectParts();
    translated(this, [this] { showTexts(); });
}

void ApiKeysPage::build() {
    addAction(m_create);
    m_away->hide();
    body()->addWidget(m_away);
    body()->addWidget(m_table, 1);
    auto* steps = new QVBoxLayout(m_steps);
    steps->setContentsMargins(0, 0, 0, 0);
    steps->addWidget(m_form);
    steps->addWidget(m_secretView);
    m_secretView->hide();
    m_drawer->setBody(m_steps);
    m_table->setEmptyState({"api_keys", [] {
                                return TableEmptyTexts{
                                    tr("No API keys yet"),
                                    tr("An application needs one to use the models. Give each its "
                                       "own, so that one can be revoked alone."),
                                    tr("Create a key")};
                            }});
    m_table->addRowAction({.label = [] { return tr("Revoke…"); },
                           .icon = "trash",
                           .shortcut = QKeySequence::Delete,
                           .may =
                               [this](const QStringList& ids) {
                                   const ApiKey* key = find(ids.first());
                                   return key && !key->revoked;
                               },
                           .run = [this](const QStringList& ids) { askRevoke(ids.first()); }});
    m_table->sortBy("created", Qt::DescendingOrder);
    m_table->setLayoutMemory(&context().preferences.settings(), "table/api_keys");
    tellExports(*m_table, context().toasts);
}

void ApiKeysPage::connectParts() {
    connect(m_create, &Button::clicked, this, &ApiKeysPage::openForm);
    connect(m_table, &DataTable::emptyActionRequested, this, &ApiKeysPage::openForm);
    connect(m_table, &DataTable::retryRequested, this, [this] {
        m_table->setLoading();
        m_poll->hurry();
    });
    connect(m_away, &Banner::actionClicked, m_poll, &Poll::hurry);
    connect(m_form, &NewKeyForm::created, this, &ApiKeysPage::showSecret);
    connect(m_secretView, &SecretView::finished, m_drawer, &Drawer::closeDrawer);
    connect(m_drawer, &Drawer::closed, m_secretView, &SecretView::forget);
}

void ApiKeysPage::showTexts() {
    m_create->setText(tr("Create a key"));
    m_away->setAction(tr("Try again"));
    showDrawerTexts();
}

void ApiKeysPage::showDrawerTexts() {
    const bool secret = !m_secretView->isHidden();
    m_drawer->setTitle(secret ? tr("Your new key") : tr("Create a key"));
}

void ApiKeysPage::shown() {
    m_poll->start();
}

void ApiKeysPage::left() {
    m_poll->stop();
    m_drawer->closeDrawer();
}

QVector<PageCommand> ApiKeysPage::commands() {
    return {{.title = [] { return tr("Create an API key"); },
             .shortcut = QKeySequence::New,
             .run = [this] { openForm(); }}};
}

void ApiKeysPage::openItem(const QString& item) {
    if (item.startsWith("new"))
        return openForm();
    m_wanted = m_table->setCurrentRow(item) ? QString() : item;
}

const ApiKey* ApiKeysPage::find(const QString& id) const {
    for (const ApiKey& key : m_keys) {
        if (key.id == id)
            return &key;
    }
    return nullptr;
}

void ApiKeysPage::refresh() {
    context().session.api().keys(this, [this](const Outcome<QVector<ApiKey>>& outcome) {
        m_poll->answered();
        m_away->setVisible(!outcome && !m_keys.isEmpty());
        if (outcome)
            return takeKeys(*outcome);
        m_away->setText(outcome.failure().message);
        m_table->setFailed(outcome.failure().message, outcome.failure().requestId);
    });
}

void ApiKeysPage::takeKeys(const QVector<ApiKey>& keys) {
    m_keys = keys;
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    TableRows rows;
    for (const ApiKey& key : keys)
        rows << keyRow(key, now);
    m_table->setRows(rows);
    if (!m_wanted.isEmpty() && m_table->setCurrentRow(m_wanted))
        m_wanted.clear();
}

void ApiKeysPage::openForm() {
    m_form->reset();
    m_secretView->hide();
    m_form->show();
    showDrawerTexts();
    m_drawer->openDrawer();
}

void ApiKeysPage::showSecret(const NewApiKey& key) {
    m_secretView->present(key, context().session.api().client().url());
    m_form->hide();
    m_secretView->show();
    showDrawerTexts();
    m_secretView->secret()->setFocus();
    m_wanted = key.key.id;
    m_poll->hurry();
}

void ApiKeysPage::askRevoke(const QString& id) {
    const ApiKey* known = find(id);
    if (!known)
        return;
    const ApiKey key = *known;
    Confirm::ask(this, {.texts =
                            [key] {
                                return ConfirmTexts{
                                    .title = tr("Revoke the key %1?").arg(key.name),
                                    .message = tr("Applications that use it are refused from this "
                                                  "moment on. This cannot be undone."),
                                    .confirm = tr("Revoke key")};
                            },
                        .name = key.name,
                        .confirmed = [this, key] { revoke(key); }});
}

void ApiKeysPage::revoke(const ApiKey& key) {
    context().session.api().revokeKey(key.id, this, [this, key](const Outcome<Nothing>& outcome) {
        if (outcome)
            context().toasts.show(Tone::Good, tr("The key %1 is revoked.").arg(key.name));
        else
            context().toasts.show(
                Tone::Bad,
                tr("The key %1 could not be revoked: %2").arg(key.name, outcome.failure().message));
        m_poll->hurry();
    });
}

}  // namespace hearth::ui
