// The console's connection to the current node: from no node at all to signed in.
#pragma once
#include <QObject>
#include <QSslCertificate>
#include <QTimer>
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
    /// Ready, but the node went away: it is being tried again.
    bool isInterrupted() const { return m_interrupted; }
    /// Until the next try by itself; nothing while none is planned (one may be under way).
    std::optional<int> secondsToRetry() const;
    /// In Connecting: the keychain has not answered yet (it may be asking its owner to unlock it).
    bool waitsForKeychain() const { return m_waitsForKeychain; }

    /// Unreachable because the data directory of a node on this computer is missing, damaged or
    /// not ours.
    bool lacksDirectory() const { return m_lacksDirectory; }

    /// Connects to the current profile of Profiles; called again when that changes.
    void open();
    void retry();
    void trustOfferedCertificate();
    /// `then` gets the failure to show in place; the state moves on by itself.
    void signIn(const QString& user, const QString& password, Then<Nothing> then);
    void signInWithKey(const QString& key, Then<Nothing> then);
    void signOut();

    /// From whoever asks for the status: another process than before is a restart.
    void noteStatus(const NodeStatus& status);
    /// The node was stopped on purpose: Unreachable, with that as the reason.
    void noteStopped();

signals:
    void stateChanged();
    /// Ready before, and the node went away (true) or came back (false): pages keep what they
    /// show, the shell shows a banner.
    void interrupted(bool away);
    /// The node came back as another process: what ran in it is gone.
    void nodeRestarted();
    /// secondsToRetry() starts anew, or a try begins.
    void retryPlanned();
    /// The current profile's name or user was edited.
    void profileChanged();

private:
    void profilesChanged();
    void connectNow();
    void connectLocal();
    void connectWith(const QByteArray& secret);
    void probe();
    void identify(Then<Nothing> then = {});
    void concludeIdentify(const Outcome<Me>& me, const Then<Nothing>& then);
    void becomeReady(const Me& me);
    void meetUntrusted(const QSslCertificate& certificate);
    void meetRefusal();
    void meetSilence(const QString& reason);
    void meetAnswer();
    void tryAgain();
    bool wasMadeAnew() const;
    void planRetry();
    void setInterrupted(bool away);
    void move(SessionState state, const QString& trouble = {});
    void takeNode(const QUrl& url, const QByteArray& pin);
    void keep(const QByteArray& secret);

    Profiles& m_profiles;
    SecretStore& m_secrets;
    SessionState m_state = SessionState::NoNode;
    std::optional<NodeProfile> m_profile;
    ApiClient m_client;
    NodeApi m_api;
    Me m_me;
    QString m_trouble;
    QSslCertificate m_offered;
    QTimer m_retry;
    int m_tries = 0;
    bool m_interrupted = false;
    bool m_waitsForKeychain = false;
    bool m_lacksDirectory = false;
    bool m_keyReadAgain = false;  // of a local node, once after a refusal
    QByteArray m_pin;             // as the client has it
    QByteArray m_credential;
    qint64 m_pid = 0;
    qint64 m_startedAt = 0;
    int m_opening = 0;  // answers to an earlier one are dropped
};

}  // namespace hearth::ui
