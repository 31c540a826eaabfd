#pragma once
#include <QProcess>
#include <QString>
#include <QTemporaryDir>

namespace hearth::ui {

/// A real hearthd with a data directory of its own, from the programs beside the tests.
class RealNode {
public:
    static constexpr const char* kUser = "admin";
    static constexpr const char* kPassword = "correct horse battery staple";

    /// `hearth node init` into a temporary folder, on a free port. The node is not started.
    RealNode();
    /// Ends the node, whoever started it.
    ~RealNode();

    /// Empty when all is well; else why there is no data directory.
    const QString& missing() const { return m_missing; }
    QString directory() const { return m_home.filePath("node"); }
    QString url() const { return QStringLiteral("https://127.0.0.1:%1").arg(m_port); }
    static QString program(const QString& name);

    // REQUIRES: missing() is empty.
    void start();  // returns when it is ready
    void stop();   // as an administrator would
    void kill();   // as a power cut would
    /// New certificates for the same address, as after a machine was made anew.
    void replaceCertificate();
    /// Runs `hearth --data DIR ...`; the output without its last line break.
    QString hearth(const QStringList& arguments) const;

private:
    QTemporaryDir m_home;
    QProcess m_process;
    QString m_missing;
    int m_port = 0;
};

}  // namespace hearth::ui
