// Everything a page is given, around a FakeNode that an administrator is signed in to.
#pragma once
#include <QTemporaryDir>
#include <memory>

#include "tests/ui/support/fake_node.h"
#include "ui/app_context.h"
#include "ui/models/local_node.h"
#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/models/profiles.h"
#include "ui/models/secret_store.h"
#include "ui/models/session.h"
#include "ui/shell/navigator.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {

/// In a page's test:
///     FakeSession fake;
///     fake.node.answer("GET", "/v1/files", {...});
///     FilesPage page(fake.context);
/// Preferences are in a temporary file, credentials in memory.
class FakeSession {
public:
    enum class Start { Ready, NotOpened };

    /// Runs events until the session is Ready, or leaves the opening to the test.
    explicit FakeSession(Start start = Start::Ready);

    /// Signs in again as somebody who may do no more than this.
    void permit(const core::PermissionSet& permissions);
    /// A profile of `node` with its certificate pinned, and a credential for it.
    QString addProfile();

private:
    QTemporaryDir m_directory;

public:
    FakeNode node;
    Preferences preferences{m_directory.filePath("console.ini")};
    Profiles profiles{preferences};
    SecretStore secrets{false};
    Session session{profiles, secrets};
    NodeWatch watch{session};
    LocalNode localNode{session};
    QWidget toastHost;
    Toasts toasts{&toastHost};
    Navigator navigator;
    AppContext context{.preferences = preferences,
                       .profiles = profiles,
                       .secrets = secrets,
                       .session = session,
                       .watch = watch,
                       .localNode = localNode,
                       .toasts = toasts,
                       .navigator = navigator};
};

}  // namespace hearth::ui
