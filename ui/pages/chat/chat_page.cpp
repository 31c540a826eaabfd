#include "ui/pages/chat/chat_page.h"

#include <QDir>

#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/pages/chat/chat_view.h"
#include "ui/pages/chat/composer.h"
#include "ui/pages/chat/prompt_edit.h"
#include "ui/shell/navigator.h"

namespace hearth::ui {
namespace {

/// On this computer the file itself; elsewhere the administrator hands ca.pem out.
QString caFileOf(const Session& session) {
    const auto& profile = session.profile();
    return profile && profile->isLocal() ? QDir(profile->dataDirectory).filePath("tls/ca.pem")
                                         : QStringLiteral("ca.pem");
}

ChatServices servicesOf(AppContext& context) {
    Session& session = context.session;
    Preferences& preferences = context.preferences;
    return {
        .chat =
            [&session](const QJsonObject& request, QObject* owner, auto delta, auto end) {
                return session.api().chat(request, owner, std::move(delta), std::move(end));
            },
        .models = [&session](QObject* owner, auto then) { session.api().models(owner, then); },
        .node = [&session] { return session.profile() ? session.profile()->url : QUrl(); },
        .caFile = [&session] { return caFileOf(session); },
        .recall = [&preferences](const QString& key) { return preferences.value(key); },
        .remember = [&preferences](const QString& key,
                                   const QVariant& value) { preferences.setValue(key, value); },
        .openModels = [&context] { context.navigator.open("models"); },
    };
}

}  // namespace

ChatPage::ChatPage(AppContext& context, QWidget* parent)
    : Page(context, parent), m_view(new ChatView(servicesOf(context))) {
    hideHeader();
    body()->addWidget(m_view, 1);
    connect(&context.session, &Session::nodeRestarted, m_view, &ChatView::nodeRestarted);
    connect(&context.watch, &NodeWatch::statusChanged, this, [this] {
        QStringList served;
        if (const auto& status = this->context().watch.status())
            for (const ModelLoad& model : status->models)
                served << model.id;
        if (std::exchange(m_served, served) != served && isVisible())
            m_view->refreshModels();
    });
}

void ChatPage::openItem(const QString& item) {
    m_view->chooseModel(item);
}

void ChatPage::shown() {
    m_view->refreshModels();
    m_view->composer()->edit()->setFocus(Qt::OtherFocusReason);
}

QVector<PageCommand> ChatPage::commands() {
    return {
        {.title = [] { return tr("New chat"); },
         .shortcut = QKeySequence("Ctrl+N"),
         .run = [this] { m_view->newChat(); }},
        {.title = [] { return tr("Compare two models side by side"); },
         .shortcut = QKeySequence("Ctrl+Shift+B"),
         .run = [this] { m_view->setComparing(!m_view->isComparing()); }},
        {.title = [] { return tr("Show or hide the parameters"); },
         .shortcut = QKeySequence("Ctrl+Shift+P"),
         .run = [this] { m_view->toggleParameters(); }},
        {.title = [] { return tr("Stop the answer"); },
         .run = [this] { m_view->conversation().stop(); }},
    };
}

}  // namespace hearth::ui
