#include "ui/models/secret_store.h"

#include <qt6keychain/keychain.h>

#include <QPointer>

namespace hearth::ui {
namespace {

const QString kService = "Hearth console";

bool keychainFailed(const QKeychain::Job& job) {
    return job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound;
}

}  // namespace

SecretStore::SecretStore(bool useKeychain, QObject* parent)
    : QObject(parent), m_useKeychain(useKeychain), m_persistent(useKeychain) {}

void SecretStore::read(const QString& profileId, QObject* context,
                       std::function<void(const QByteArray&)> then) {
    if (m_memory.contains(profileId) || !m_useKeychain) {
        QMetaObject::invokeMethod(
            context, [secret = m_memory.value(profileId), then = std::move(then)] { then(secret); },
            Qt::QueuedConnection);
        return;
    }
    auto* job = new QKeychain::ReadPasswordJob(kService, this);
    job->setKey(profileId);
    connect(job, &QKeychain::Job::finished, context,
            [this, job, profileId, then = std::move(then)] {
                noteFailure(keychainFailed(*job));
                // A secret that was given meanwhile is the newer one.
                then(m_memory.contains(profileId) ? m_memory.value(profileId) : job->binaryData());
            });
    job->start();
}

void SecretStore::write(const QString& profileId, const QByteArray& secret) {
    m_memory.insert(profileId, secret);
    if (!m_useKeychain)
        return;
    auto* job = new QKeychain::WritePasswordJob(kService, this);
    job->setKey(profileId);
    job->setBinaryData(secret);
    connect(job, &QKeychain::Job::finished, this,
            [this, job] { noteFailure(keychainFailed(*job)); });
    job->start();
}

void SecretStore::remove(const QString& profileId) {
    m_memory.remove(profileId);
    if (!m_useKeychain)
        return;
    auto* job = new QKeychain::DeletePasswordJob(kService, this);
    job->setKey(profileId);
    job->start();
}

void SecretStore::noteFailure(bool failed) {
    if (!failed || !m_persistent)
        return;
    m_persistent = false;
    emit persistenceChanged();
}

}  // namespace hearth::ui
