#pragma once
#include "ui/widgets/card.h"

namespace hearth::ui {

class Button;
class CopyButton;
class CopyField;
class Label;
class LocalNode;
class LogView;
class NodeWatch;
class Session;
class SettingRow;
class StatusPill;

/// The node that the console is connected to, and its switch when it runs on this computer.
class ThisNodeCard : public Card {
    Q_OBJECT
public:
    ThisNodeCard(Session& session, NodeWatch& watch, LocalNode& local, QWidget* parent = nullptr);

    StatusPill* pill() const { return m_pill; }
    Button* startButton() const { return m_start; }
    Button* stopButton() const { return m_stop; }
    Button* restartButton() const { return m_restart; }
    QString fingerprint() const;
    QString troubleText() const;

private:
    void build();
    QWidget* buildFingerprint();
    void connectParts();
    void refresh();
    void refreshSwitch();
    void askToStop(bool thenStart);

    Session& m_session;
    NodeWatch& m_watch;
    LocalNode& m_local;
    StatusPill* m_pill = nullptr;
    CopyField* m_address = nullptr;
    Label* m_fingerprint = nullptr;
    CopyButton* m_copyFingerprint = nullptr;
    Label* m_version = nullptr;
    Label* m_since = nullptr;
    SettingRow* m_addressRow = nullptr;
    SettingRow* m_fingerprintRow = nullptr;
    SettingRow* m_versionRow = nullptr;
    SettingRow* m_sinceRow = nullptr;
    Label* m_note = nullptr;
    Label* m_trouble = nullptr;
    LogView* m_log = nullptr;
    Button* m_start = nullptr;
    Button* m_stop = nullptr;
    Button* m_restart = nullptr;
};

}  // namespace hearth::ui
