#include "ui/shell/screens/connecting_screen.h"

#include "ui/api_client/node_address.h"
#include "ui/i18n/language.h"
#include "ui/models/local_node.h"
#include "ui/models/session.h"
#include "ui/widgets/skeleton.h"

namespace hearth::ui {
namespace {

constexpr int kLines = 3;

}  // namespace

ConnectingScreen::ConnectingScreen(AppContext& context, QWidget* parent)
    : Screen(parent), m_context(context), m_waiting(paragraph(TextRole::Body, Tone::Muted)) {
    body()->addWidget(new Skeleton(kLines));
    body()->addWidget(m_waiting);
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatienceMs);
    connect(&m_patience, &QTimer::timeout, this, &ConnectingScreen::showTexts);
    connect(&context.session, &Session::stateChanged, this, &ConnectingScreen::showTexts);
    connect(&context.localNode, &LocalNode::changed, this, &ConnectingScreen::showTexts);
    translated(this, [this] { showTexts(); });
}

void ConnectingScreen::shown() {
    m_patience.start();
    showTexts();
}

void ConnectingScreen::showTexts() {
    const auto& profile = m_context.session.profile();
    const QString name = profile ? profile->name : QString();
    const bool starting = m_context.localNode.state() == LocalNode::State::Starting;
    setTitle(starting ? tr("Starting %1").arg(name) : tr("Connecting to %1").arg(name));
    setSentence(starting ? tr("The node loads its models. It goes on running when the console "
                              "closes.")
                         : QString());
    m_waiting->setText(waitingFor());
    m_waiting->setVisible(!m_patience.isActive());
}

QString ConnectingScreen::waitingFor() const {
    const auto& profile = m_context.session.profile();
    if (!profile)
        return {};
    if (m_context.localNode.state() == LocalNode::State::Starting)
        return tr(
            "Still waiting for the node to load its models. Large ones take a minute or "
            "more.");
    if (m_context.session.waitsForKeychain())
        return tr("Waiting for this computer's keychain. It may be asking you to unlock it.");
    return tr("Waiting for an answer from %1.").arg(placeOf(profile->url));
}

}  // namespace hearth::ui
