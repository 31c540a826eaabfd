#include "ui/pages/settings/this_node_card.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/api_client/certificate_pin.h"
#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/models/local_node.h"
#include "ui/models/node_watch.h"
#include "ui/models/session.h"
#include "ui/pages/settings/setting_row.h"
#include "ui/widgets/button.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/copy_button.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/log_view.h"
#include "ui/widgets/status_pill.h"

namespace hearth::ui {
namespace {

constexpr int kLogHeight = 220;

}  // namespace

ThisNodeCard::ThisNodeCard(Session& session, NodeWatch& watch, LocalNode& local, QWidget* parent)
    : Card(parent), m_session(session), m_watch(watch), m_local(local) {
    build();
    connectParts();
    translated(this, [this] {
        setTitle(tr("This node"));
        m_addressRow->setTexts(tr("Address"));
        m_fingerprintRow->setTexts(
            tr("Certificate fingerprint"),
            tr("SHA-256. Compare it with what the node's administrator tells you."));
        m_copyFingerprint->setWhat(tr("Copy the fingerprint"));
        m_versionRow->setTexts(tr("Version"));
        m_sinceRow->setTexts(tr("Running since"));
        m_start->setText(tr("Start"));
        m_stop->setText(tr("Stop"));
        m_restart->setText(tr("Restart"));
        refresh();
    });
}

void ThisNodeCard::build() {
    m_pill = new StatusPill;
    m_start = new Button(ButtonKind::Quiet, "play");
    m_restart = new Button(ButtonKind::Quiet, "restart");
    m_stop = new Button(ButtonKind::Destructive, "stop");
    auto* state = new QWidget;
    state->setFixedHeight(metrics::kControlHeight);  // in line with the buttons
    auto* row = new QHBoxLayout(state);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_pill);
    addAction(state);
    for (Button* button : {m_start, m_restart, m_stop})
        addAction(button);
    m_address = new CopyField;
    m_address->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_version = new Label(TextRole::Body);
    m_since = new Label(TextRole::Body);
    m_addressRow = new SettingRow(m_address);
    m_fingerprintRow = new SettingRow(buildFingerprint());
    m_versionRow = new SettingRow(m_version);
    m_sinceRow = new SettingRow(m_since);
    m_note = new Label(TextRole::Caption, Tone::Muted);
    m_trouble = new Label(TextRole::Body, Tone::Bad);
    m_log = new LogView;
    m_log->setFixedHeight(kLogHeight);
    for (Label* label : {m_note, m_trouble})
        label->setWordWrap(true);
    for (QWidget* part :
         {static_cast<QWidget*>(m_trouble), static_cast<QWidget*>(m_log),
          static_cast<QWidget*>(m_addressRow), static_cast<QWidget*>(m_fingerprintRow),
          static_cast<QWidget*>(m_versionRow), static_cast<QWidget*>(m_sinceRow),
          static_cast<QWidget*>(m_note)})
        body()->addWidget(part);
}

QWidget* ThisNodeCard::buildFingerprint() {
    auto* both = new QWidget;
    both->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    m_fingerprint = new Label(TextRole::MonoCaption);
    m_fingerprint->setWordWrap(true);
    m_fingerprint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_copyFingerprint = new CopyButton([this] { return fingerprint(); });
    row->addWidget(m_fingerprint, 1);
    row->addWidget(m_copyFingerprint);
    return both;
}

QString ThisNodeCard::fingerprint() const {
    const auto& profile = m_session.profile();
    return profile ? QString::fromLatin1(profile->pinnedSha256) : QString();
}

void ThisNodeCard::connectParts() {
    connect(&m_session, &Session::stateChanged, this, &ThisNodeCard::refresh);
    connect(&m_session, &Session::interrupted, this, &ThisNodeCard::refresh);
    connect(&m_watch, &NodeWatch::statusChanged, this, &ThisNodeCard::refresh);
    connect(&m_local, &LocalNode::changed, this, &ThisNodeCard::refresh);
    connect(m_start, &Button::clicked, this, [this] { m_local.start(); });
    connect(m_stop, &Button::clicked, this, [this] { askToStop(false); });
    connect(m_restart, &Button::clicked, this, [this] { askToStop(true); });
}

void ThisNodeCard::refresh() {
    const auto& profile = m_session.profile();
    const auto& status = m_watch.status();
    const bool up = m_session.state() == SessionState::Ready && !m_session.isInterrupted();
    m_address->setValue(profile ? profile->url.toDisplayString() : QString());
    m_fingerprint->setText(readableFingerprint(fingerprint().toLatin1()));
    m_versionRow->setVisible(up && status);
    m_sinceRow->setVisible(up && status);
    if (status) {
        m_version->setText(status->version);
        m_since->setText(formatWhen(status->startedAt));
        m_since->setToolTip(formatExactly(status->startedAt));
    }
    m_pill->setStatus(up ? Tone::Good : Tone::Attention,
                      up ? tr("Connected") : tr("Not connected"));
    refreshSwitch();
}

void ThisNodeCard::refreshSwitch() {
    using State = LocalNode::State;
    const bool local = m_session.profile() && m_session.profile()->isLocal();
    const State state = m_local.state();
    const bool moving = state == State::Starting || state == State::Stopping;
    m_start->setVisible(local && state != State::Running && !moving);
    m_stop->setVisible(local && state == State::Running);
    m_restart->setVisible(local && state == State::Running);
    if (local && state == State::Starting)
        m_pill->setStatus(Tone::Information, tr("Starting…"));
    else if (local && state == State::Stopping)
        m_pill->setStatus(Tone::Information, tr("Stopping…"));
    else if (local && state == State::Stopped)
        m_pill->setStatus(Tone::Muted, tr("Stopped"));
    const bool failed = local && state == State::Failed;
    if (failed) {
        m_pill->setStatus(Tone::Bad, tr("Failed"));
        m_trouble->setText(m_local.failure());
        m_log->setTail(m_local.logTail());
    }
    m_trouble->setVisible(failed);
    m_log->setVisible(failed && !m_local.logTail().isEmpty());
    m_note->setText(local ? tr("This node runs on this computer, and goes on when the console is "
                               "closed.")
                          : tr("This node runs on another computer. It is started and stopped "
                               "there."));
}

void ThisNodeCard::askToStop(bool thenStart) {
    const QString name = m_session.profile() ? m_session.profile()->name : QString();
    Confirm::ask(
        this,
        {.texts =
             [name, thenStart] {
                 return ConfirmTexts{
                     .title = thenStart ? tr("Restart %1?").arg(name) : tr("Stop %1?").arg(name),
                     .message = tr("Running requests get a moment to end. Fine-tuning runs pause "
                                   "at their last checkpoint, and go on when the node is back."),
                     .confirm = thenStart ? tr("Restart node") : tr("Stop node")};
             },
         .name = {},
         .destructive = !thenStart,
         .confirmed =
             [this, thenStart] {
                 if (thenStart)
                     m_local.restart();
                 else
                     m_local.stop();
             },
         .cancelled = {}});
}

QString ThisNodeCard::troubleText() const {
    return m_trouble->isVisibleTo(this) ? m_trouble->text() : QString();
}

}  // namespace hearth::ui
