// Credentials in the system's keychain. Where there is none, they are kept in memory until the
// console closes, and `isPersistent` says so.
#pragma once
#include <QHash>
#include <QObject>
#include <functional>

namespace hearth::ui {

class SecretStore : public QObject {
    Q_OBJECT
public:
    /// `useKeychain` false: memory only (tests).
    explicit SecretStore(bool useKeychain = true, QObject* parent = nullptr);

    /// `then` gets an empty array when nothing is stored.
    void read(const QString& profileId, QObject* context,
              std::function<void(const QByteArray&)> then);
    void write(const QString& profileId, const QByteArray& secret);
    void remove(const QString& profileId);

    /// False once the keychain has failed.
    bool isPersistent() const { return m_persistent; }

signals:
    void persistenceChanged();

private:
    void noteFailure(bool failed);

    bool m_useKeychain;
    bool m_persistent;
    QHash<QString, QByteArray> m_memory;
};

}  // namespace hearth::ui
