// The nodes that this console remembers.
#pragma once
#include <QObject>
#include <QUrl>
#include <QVector>
#include <optional>

#include "ui/models/preferences.h"

namespace hearth::ui {

struct NodeProfile {
    QString id;
    QString name;
    QUrl url;
    QByteArray pinnedSha256;  // of the leaf's DER, lower-case hex; empty before first use
    QString user;             // who signed in last
    QString dataDirectory;    // of a node on this computer: it can be started, stopped, and its
                              // own key signs us in; empty for a node elsewhere

    bool operator==(const NodeProfile&) const = default;
    bool isLocal() const { return !dataDirectory.isEmpty(); }
};

class Profiles : public QObject {
    Q_OBJECT
public:
    explicit Profiles(Preferences& preferences, QObject* parent = nullptr);

    const QVector<NodeProfile>& all() const { return m_profiles; }
    std::optional<NodeProfile> current() const;
    std::optional<NodeProfile> find(const QString& id) const;

    /// Adds, or replaces the one with the same id. Returns the id (made when empty).
    QString save(NodeProfile profile);
    void forget(const QString& id);
    void setCurrent(const QString& id);

signals:
    void changed();

private:
    void store();

    Preferences& m_preferences;
    QString m_current;
    QVector<NodeProfile> m_profiles;
};

/// The profile of a data directory on this computer, with its address and certificate read from
/// it. Empty with `error` set when it is none.
std::optional<NodeProfile> profileOfDirectory(const QString& dataDirectory, QString* error);

}  // namespace hearth::ui
