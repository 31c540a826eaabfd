// The console's connection to the current node: from no node at all to signed in.
#pragma once
#include <QObject>
#include <QSslCertificate>
#include <optional>

#include "ui/api_client/node_api.h"
#include "ui/models/profiles.h"
#include "ui/models/secret_store.h"

namespace hearth::ui {

enum class SessionState {
    NoNode,  // first start: none is remembered
    Connecting,
    CertificateUnknown,  // first use: shown for comparison, to be trusted or not
    CertificateChanged,  // not the pinned one
    SignedOut,
    Ready,
    Unreachable,  // tried again by itself, with growing pauses
};

/// State machine; the shell shows a page for each state but Ready.
class Session : public QObject {
    Q_OBJECT
public:
    Session(Profiles& profiles, SecretStore& secrets, QObject* parent = nullptr);

    SessionState state() const { return m_state; }
    const std::optional<NodeProfile>& profile() const { return m_profile; }
    NodeApi& api() { return m_api; }
    const Me& me() const { return m_me; }
    bool may(core::Permission permission) const;
    /// For people: why the state is Unreachable, SignedOut after a refusal, ...
    const QString& trouble() const { return m_trouble; }
    /// In CertificateUnknown and CertificateChanged.
    const QSslCertificate& offeredCertificate() const { return m_offered; }

    /// Connects to the current profile of Profiles; called again when that changes.
    void open();
    void retry();
    void trustOfferedCertificate();
    /// `then` gets the failure to show in place; the state moves on by itself.
    void signIn(const QString& user, const QString& password, Then<Nothing> then);
    void signInWithKey(const QString& key, Then<Nothing> then);
    void signOut();

signals:
    void stateChanged();
    /// Ready before, and the node went away (true) or came back (false): pages keep what they
    /// show, the shell shows a banner.
    void interrupted(bool away);
    /// The node came back as another process: what ran in it is gone.
    void nodeRestarted();

private:
    Profiles& m_profiles;
    SecretStore& m_secrets;
    SessionState m_state = SessionState::NoNode;
    std::optional<NodeProfile> m_profile;
    ApiClient m_client;
    NodeApi m_api;
    Me m_me;
    QString m_trouble;
    QSslCertificate m_offered;
};

}  // namespace hearth::ui
