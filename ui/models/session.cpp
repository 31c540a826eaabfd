#include "ui/models/session.h"

#include <array>

#include "ui/api_client/certificate_pin.h"
#include "ui/models/data_directory.h"

namespace hearth::ui {
namespace {

using Kind = ApiFailure::Kind;

constexpr std::array kPausesMs = {1'000, 2'000, 5'000, 10'000};

/// A node from before /api/v1/me: it decides itself what we may do.
Me unknownPerson(const NodeProfile& profile) {
    return {.kind = "user", .name = profile.user, .permissions = core::PermissionSet::all()};
}

bool isToken(const QByteArray& credential) {
    return !credential.isEmpty() && !credential.startsWith("hk_");
}

}  // namespace

Session::Session(Profiles& profiles, SecretStore& secrets, QObject* parent)
    : QObject(parent), m_profiles(profiles), m_secrets(secrets), m_api(m_client) {
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &Session::tryAgain);
    connect(&m_profiles, &Profiles::changed, this, &Session::profilesChanged);
    connect(&m_client, &ApiClient::untrustedCertificate, this, &Session::meetUntrusted);
    connect(&m_client, &ApiClient::credentialRefused, this, &Session::meetRefusal);
    connect(&m_client, &ApiClient::unreachable, this, &Session::meetSilence);
    connect(&m_client, &ApiClient::reached, this, &Session::meetAnswer);
}

bool Session::may(core::Permission permission) const {
    if (permission == core::Permission::Public)
        return true;
    if (m_state != SessionState::Ready)
        return false;
    return permission == core::Permission::SignedIn || m_me.permissions.has(permission);
}

std::optional<int> Session::secondsToRetry() const {
    if (!m_retry.isActive())
        return std::nullopt;
    return std::max(1, (m_retry.remainingTime() + 500) / 1000);
}

void Session::profilesChanged() {
    const auto current = m_profiles.current();
    const auto whereabouts = [](const std::optional<NodeProfile>& p) {
        return p ? std::tuple(p->id, p->url, p->pinnedSha256, p->dataDirectory)
                 : std::tuple(QString(), QUrl(), QByteArray(), QString());
    };
    if (whereabouts(current) != whereabouts(m_profile)) {
        open();
    } else if (current != m_profile) {
        m_profile = current;
        emit profileChanged();
    }
}

void Session::open() {
    m_profile = m_profiles.current();
    m_retry.stop();
    m_tries = 0;
    m_pid = m_startedAt = 0;
    m_me = {};
    m_offered = QSslCertificate();
    m_keyReadAgain = false;
    m_lacksDirectory = false;
    setInterrupted(false);
    takeNode({}, {});
    if (!m_profile) {
        move(SessionState::NoNode);
        return;
    }
    move(SessionState::Connecting);
    connectNow();
}

void Session::takeNode(const QUrl& url, const QByteArray& pin) {
    ++m_opening;
    m_credential.clear();
    m_waitsForKeychain = false;
    m_pin = pin;
    m_client.setCredential({});
    m_client.setNode(url, pin);
}

void Session::connectNow() {
    if (m_profile->isLocal()) {
        connectLocal();
        return;
    }
    takeNode(m_profile->url, m_profile->pinnedSha256);
    if (m_profile->pinnedSha256.isEmpty()) {
        probe();
        return;
    }
    m_waitsForKeychain = true;
    m_secrets.read(m_profile->id, this, [this, opening = m_opening](const QByteArray& secret) {
        if (opening == m_opening)
            connectWith(secret);
    });
}

/// Address, certificate and key are read each time: the node may have been made anew.
void Session::connectLocal() {
    QString error;
    const auto directory = readDataDirectory(m_profile->dataDirectory, &error);
    m_lacksDirectory = !directory;
    if (!directory) {
        takeNode({}, {});
        move(SessionState::Unreachable, error);
        planRetry();
        return;
    }
    takeNode(directory->url, directory->certificateSha256);
    connectWith(directory->apiKey);
}

void Session::connectWith(const QByteArray& secret) {
    m_waitsForKeychain = false;
    if (secret.isEmpty()) {
        probe();
        return;
    }
    m_credential = secret;
    m_client.setCredential(secret);
    identify();
}

/// Whether the node is there, before anybody is asked to sign in.
void Session::probe() {
    m_api.health(this, [this, opening = m_opening](const Outcome<Nothing>& outcome) {
        if (opening != m_opening || m_state == SessionState::Ready)
            return;
        // What is unreachable or untrusted is known from the client's signals.
        if (outcome)
            move(SessionState::SignedOut, m_trouble);
        else if (outcome.failure().status > 0) {
            move(SessionState::Unreachable, outcome.failure().message);
            planRetry();
        }
    });
}

void Session::identify(Then<Nothing> then) {
    m_api.me(this, [this, opening = m_opening, then = std::move(then)](const Outcome<Me>& me) {
        if (opening == m_opening)
            concludeIdentify(me, then);
    });
}

void Session::concludeIdentify(const Outcome<Me>& me, const Then<Nothing>& then) {
    const bool older = !me && me.failure().kind == Kind::NotFound && !me.failure().code.isEmpty();
    if (me || older) {
        becomeReady(me ? *me : unknownPerson(*m_profile));
        if (then)
            then(Nothing());
        return;
    }
    const ApiFailure& failure = me.failure();
    if (then) {
        m_credential.clear();
        m_client.setCredential({});
        then(failure);
    } else if (failure.status > 0 && failure.kind != Kind::SignedOut &&
               m_state != SessionState::Ready) {
        move(SessionState::Unreachable, failure.message);
        planRetry();
    }
}

void Session::becomeReady(const Me& me) {
    const bool same = m_me.name == me.name && m_me.permissions == me.permissions;
    m_me = me;
    m_tries = 0;
    m_keyReadAgain = false;
    m_retry.stop();
    setInterrupted(false);
    if (m_state != SessionState::Ready)
        move(SessionState::Ready);
    else if (!same)
        emit stateChanged();
}

void Session::retry() {
    if (!m_profile)
        return;
    m_tries = 0;
    m_retry.stop();
    tryAgain();
}

void Session::tryAgain() {
    emit retryPlanned();
    // Pages keep what they asked for, unless the node was made anew meanwhile.
    if (m_interrupted && !wasMadeAnew())
        identify();
    else
        connectNow();
}

bool Session::wasMadeAnew() const {
    if (!m_profile->isLocal())
        return false;
    QString error;
    const auto directory = readDataDirectory(m_profile->dataDirectory, &error);
    return !directory || directory->url != m_client.url() ||
           directory->certificateSha256 != m_pin || directory->apiKey != m_credential;
}

void Session::planRetry() {
    const auto pause = std::min<size_t>(static_cast<size_t>(m_tries), kPausesMs.size() - 1);
    ++m_tries;
    m_retry.start(kPausesMs.at(pause));
    emit retryPlanned();
}

void Session::meetUntrusted(const QSslCertificate& certificate) {
    if (!m_profile || m_state == SessionState::CertificateUnknown ||
        m_state == SessionState::CertificateChanged)
        return;
    if (m_profile->isLocal()) {
        QString error;
        const auto directory = readDataDirectory(m_profile->dataDirectory, &error);
        if (directory && directory->certificateSha256 == fingerprintOf(certificate)) {
            connectLocal();
            return;
        }
        move(SessionState::Unreachable,
             tr("Something else answers at %1: it does not have the certificate of the node in "
                "this folder.")
                 .arg(m_client.url().authority()));
        planRetry();
        return;
    }
    m_retry.stop();
    setInterrupted(false);
    m_offered = certificate;
    move(m_profile->pinnedSha256.isEmpty() ? SessionState::CertificateUnknown
                                           : SessionState::CertificateChanged);
}

void Session::trustOfferedCertificate() {
    if (m_offered.isNull() || !m_profile)
        return;
    m_profile->pinnedSha256 = fingerprintOf(m_offered);
    m_offered = QSslCertificate();
    m_profiles.save(*m_profile);
    move(SessionState::Connecting);
    connectNow();
}

void Session::meetRefusal() {
    if (!m_profile || m_state == SessionState::SignedOut)
        return;  // a sign-in failed, and is told so in place
    if (m_profile->isLocal() && !m_keyReadAgain) {
        m_keyReadAgain = true;
        connectLocal();
        return;
    }
    if (!m_profile->isLocal())
        m_secrets.remove(m_profile->id);
    m_retry.stop();
    m_credential.clear();
    m_client.setCredential({});
    setInterrupted(false);
    m_me = {};
    move(SessionState::SignedOut,
         m_profile->isLocal()
             ? tr("The node does not accept the key in its own folder. Sign in with your name.")
             : tr("Your sign-in has ended. Sign in again."));
}

void Session::meetSilence(const QString& reason) {
    switch (m_state) {
        case SessionState::Ready:
            m_trouble = reason;
            setInterrupted(true);
            break;
        case SessionState::Connecting:
        case SessionState::Unreachable:
            move(SessionState::Unreachable, reason);
            break;
        default:
            return;
    }
    if (!m_retry.isActive())
        planRetry();
}

void Session::meetAnswer() {
    if (m_interrupted) {
        m_tries = 0;
        m_retry.stop();
        setInterrupted(false);
    }
}

void Session::setInterrupted(bool away) {
    if (m_interrupted == away)
        return;
    m_interrupted = away;
    emit interrupted(away);
}

void Session::signIn(const QString& user, const QString& password, Then<Nothing> then) {
    m_api.signIn(user, password, this,
                 [this, opening = m_opening, user, then](const Outcome<SignIn>& signedIn) {
                     if (opening != m_opening)
                         return;
                     if (!signedIn) {
                         ApiFailure failure = signedIn.failure();
                         if (failure.kind == Kind::SignedOut)
                             failure.message = tr("The name or the password is wrong.");
                         then(failure);
                         return;
                     }
                     m_profile->user = user;
                     m_profiles.save(*m_profile);
                     keep(signedIn->token.toLatin1());
                     identify(then);
                 });
}

void Session::signInWithKey(const QString& key, Then<Nothing> then) {
    const QByteArray secret = key.trimmed().toLatin1();
    m_credential = secret;
    m_client.setCredential(secret);
    identify([this, secret, then](const Outcome<Nothing>& outcome) {
        if (outcome) {
            keep(secret);
            then(Nothing());
            return;
        }
        ApiFailure failure = outcome.failure();
        if (failure.kind == Kind::SignedOut)
            failure.message =
                tr("The node does not know this key, or it has expired or was revoked.");
        then(failure);
    });
}

void Session::keep(const QByteArray& secret) {
    m_credential = secret;
    m_client.setCredential(secret);
    if (!m_profile->isLocal())
        m_secrets.write(m_profile->id, secret);
}

void Session::signOut() {
    if (!m_profile || m_state != SessionState::Ready)
        return;
    if (isToken(m_credential))
        m_api.signOut(this, [](const Outcome<Nothing>&) {});
    m_secrets.remove(m_profile->id);
    m_retry.stop();
    setInterrupted(false);
    m_credential.clear();
    m_client.setCredential({});
    m_me = {};
    move(SessionState::SignedOut);
}

void Session::noteStatus(const NodeStatus& status) {
    const bool another = m_pid != 0 && (m_pid != status.pid || m_startedAt != status.startedAt);
    m_pid = status.pid;
    m_startedAt = status.startedAt;
    if (another)
        emit nodeRestarted();
}

void Session::noteStopped() {
    if (!m_profile)
        return;
    setInterrupted(false);
    move(SessionState::Unreachable, tr("The node is stopped."));
    m_retry.stop();
    planRetry();
}

void Session::move(SessionState state, const QString& trouble) {
    if (m_state == state && m_trouble == trouble)
        return;
    m_state = state;
    m_trouble = trouble;
    emit stateChanged();
}

}  // namespace hearth::ui
