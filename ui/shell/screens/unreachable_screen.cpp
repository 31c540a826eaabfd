#include "ui/shell/screens/unreachable_screen.h"

#include "ui/api_client/node_address.h"
#include "ui/i18n/language.h"
#include "ui/models/local_node.h"
#include "ui/models/session.h"
#include "ui/shell/screens/forget_node.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/button.h"
#include "ui/widgets/log_view.h"

namespace hearth::ui {
namespace {

constexpr int kTickMs = 250;
constexpr int kLogHeight = 220;

}  // namespace

UnreachableScreen::UnreachableScreen(AppContext& context, QWidget* parent)
    : Screen(parent),
      m_context(context),
      m_hints(paragraph()),
      m_failure(new Banner),
      m_log(new LogView),
      m_countdown(paragraph(TextRole::Caption, Tone::Muted)),
      m_start(new Button(ButtonKind::Primary, "play")),
      m_retry(new Button(ButtonKind::Quiet, "refresh")),
      m_forget(new Button(ButtonKind::Plain)) {
    m_start->setObjectName("node-start");
    m_retry->setObjectName("retry-now");
    m_forget->setObjectName("node-forget");
    m_failure->setTone(Tone::Bad);
    m_log->setFixedHeight(kLogHeight);
    m_log->setFileName("hearthd.log");
    m_log->wrapButton()->setChecked(true);  // narrow, and every word counts
    body()->addWidget(m_failure);
    body()->addWidget(m_log);
    body()->addWidget(m_hints);
    addButtons({m_start, m_retry, m_forget});
    body()->addWidget(m_countdown);
    m_tick.setInterval(kTickMs);
    connect(&m_tick, &QTimer::timeout, this, &UnreachableScreen::showCountdown);
    connect(m_start, &Button::clicked, &context.localNode, &LocalNode::start);
    connect(m_retry, &Button::clicked, &context.session, &Session::retry);
    connect(m_forget, &Button::clicked, this, [this] { askToForgetNode(this, m_context); });
    connect(&context.session, &Session::retryPlanned, this, &UnreachableScreen::showCountdown);
    connect(&context.session, &Session::stateChanged, this, &UnreachableScreen::showTexts);
    connect(&context.localNode, &LocalNode::changed, this, &UnreachableScreen::showLocalNode);
    translated(this, [this] { showTexts(); });
}

void UnreachableScreen::shown() {
    m_tick.start();
    showTexts();
    (m_start->isVisible() ? m_start : m_retry)->setFocus();
}

void UnreachableScreen::hideEvent(QHideEvent* event) {
    m_tick.stop();
    Screen::hideEvent(event);
}

void UnreachableScreen::showTexts() {
    const Session& session = m_context.session;
    const auto& profile = session.profile();
    if (!profile)
        return;
    const bool startable = profile->isLocal() && !session.lacksDirectory();
    setTitle(startable ? tr("%1 is not running").arg(profile->name)
                       : tr("%1 cannot be reached").arg(profile->name));
    setSentence(session.trouble());
    m_hints->setText(startable
                         ? tr("Start it here. It goes on running when the console closes, and the "
                              "console connects by itself once it is ready.")
                         : tr("The console goes on trying. Check that the node's computer is on, "
                              "that hearthd runs on it, and that its firewall lets this computer "
                              "in at %1.")
                               .arg(placeOf(profile->url)));
    m_hints->setVisible(!session.lacksDirectory());
    m_start->setText(tr("Start node"));
    m_start->setVisible(startable);
    m_retry->setText(tr("Retry now"));
    m_retry->setKind(startable ? ButtonKind::Quiet : ButtonKind::Primary);
    m_forget->setText(tr("Forget this node…"));
    showLocalNode();
    showCountdown();
}

void UnreachableScreen::showLocalNode() {
    const LocalNode& node = m_context.localNode;
    const bool failed = node.state() == LocalNode::State::Failed;
    m_failure->setText(node.failure());
    m_failure->setVisible(failed);
    m_log->setVisible(failed && !node.logTail().isEmpty());
    if (failed)
        m_log->setTail(node.logTail());
    else
        m_log->clear();
    m_start->setEnabled(node.state() == LocalNode::State::Stopped || failed);
}

void UnreachableScreen::showCountdown() {
    const auto seconds = m_context.session.secondsToRetry();
    m_countdown->setText(seconds ? tr("Trying again in %n second(s).", nullptr, *seconds)
                                 : tr("Trying now…"));
}

}  // namespace hearth::ui
