// A data directory of a real node, when hearthd was built beside the tests.
#pragma once
#include <QString>
#include <QTemporaryDir>

namespace hearth::ui {

/// `hearth node init` into a temporary folder, on a free port. The node is not started.
class RealNode {
public:
    RealNode();
    /// Ends a node that a test has left running.
    ~RealNode();

    /// Empty when all is well; else why the test is to be skipped.
    const QString& missing() const { return m_missing; }
    QString directory() const { return m_root.filePath("node"); }
    static QString program(const QString& name);
    /// The administrator's.
    QString password() const { return QStringLiteral("a password of the test"); }
    void stop();

private:
    QTemporaryDir m_root;
    QString m_missing;
};

}  // namespace hearth::ui
