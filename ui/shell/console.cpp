#include "ui/shell/console.h"

#include <QCoreApplication>

#include "ui/models/local_node.h"
#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/models/profiles.h"
#include "ui/models/secret_store.h"
#include "ui/models/session.h"
#include "ui/shell/main_window.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {

// Each needs the ones before it.
struct Console::Services {
    Services(const ConsoleOptions& options, QWidget* window)
        : preferences(options.settingsFile),
          profiles(preferences),
          secrets(options.useKeychain),
          session(profiles, secrets),
          watch(session),
          localNode(session, options.nodeProgram),
          toasts(window),
          context{preferences, profiles, secrets, session, watch, localNode, toasts, navigator} {}

    Preferences preferences;
    Profiles profiles;
    SecretStore secrets;
    Session session;
    NodeWatch watch;
    LocalNode localNode;
    Toasts toasts;
    Navigator navigator;
    AppContext context;
};

namespace {

struct Notices {
    Q_DECLARE_TR_FUNCTIONS(Notices)
};

void announce(AppContext& context, const Job& job) {
    const ToastAction look{Notices::tr("Open run"),
                           [&context, id = job.id] { context.navigator.open("fine_tuning", id); }};
    if (job.status == "succeeded")
        context.toasts.show(
            Tone::Good,
            Notices::tr("%1 is ready: its fine-tuning has finished.").arg(job.fineTunedModel),
            look);
    else if (job.status == "failed")
        context.toasts.show(Tone::Bad, Notices::tr("The run on %1 failed.").arg(job.model), look);
}

}  // namespace

Console::Console(const ConsoleOptions& options)
    : m_window(std::make_unique<MainWindow>()),
      m_services(std::make_unique<Services>(options, m_window.get())) {
    AppContext& context = m_services->context;
    context.preferences.setTheme(context.preferences.theme());
    context.preferences.setLanguage(context.preferences.language());
    if (!options.dataDirectory.isEmpty())
        openDirectory(options.dataDirectory);
    m_window->build(context);
    QObject::connect(&context.watch, &NodeWatch::jobEnded, &context.toasts,
                     [&context](const Job& job) { announce(context, job); });
    QObject::connect(&context.session, &Session::nodeRestarted, &context.toasts, [&context] {
        context.toasts.show(Tone::Information, Notices::tr("The node has been restarted."));
    });
}

Console::~Console() {
    m_window->clear();
}

AppContext& Console::context() {
    return m_services->context;
}

/// Remembers the node of this directory, or finds it among the remembered, and makes it current.
void Console::openDirectory(const QString& directory) {
    QString error;
    auto profile = profileOfDirectory(directory, &error);
    if (!profile) {
        m_services->toasts.show(Tone::Bad, error);
        return;
    }
    for (const NodeProfile& known : m_services->profiles.all())
        if (known.dataDirectory == profile->dataDirectory) {
            profile->id = known.id;
            profile->name = known.name;
        }
    m_services->profiles.setCurrent(m_services->profiles.save(*profile));
}

void Console::start() {
    m_window->show();
    m_services->session.open();
}

}  // namespace hearth::ui
