#pragma once
#include <QProcess>
#include <QString>
#include <QTemporaryDir>

namespace hearth::ui {

/// A real hearthd with a data directory of its own, for one run of the flows.
class RealNode {
public:
    static constexpr const char* kUser = "admin";
    static constexpr const char* kPassword = "correct horse battery staple";

    /// Makes the data directory; the node is not started.
    RealNode();
    ~RealNode();

    void start();
    void stop();  // as an administrator would
    void kill();  // as a power cut would
    /// New certificates for the same address, as after a machine was made anew.
    void replaceCertificate();

    QString directory() const { return m_home.filePath("node"); }
    QString url() const;
    int port() const { return m_port; }
    /// The API key of the local command line.
    QString key() const;
    /// Runs `hearth --data DIR ...`; the output without its last line break.
    QString hearth(const QStringList& arguments) const;

    static QString program(const QString& name);

private:
    QTemporaryDir m_home;
    QProcess m_process;
    int m_port = 0;
};

}  // namespace hearth::ui
