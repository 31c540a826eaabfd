#include "ui/shell/screens/session_screen.h"

#include <QHBoxLayout>
#include <QMenu>
#include <QScrollArea>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/local_node.h"
#include "ui/shell/screens/certificate_changed_screen.h"
#include "ui/shell/screens/certificate_unknown_screen.h"
#include "ui/shell/screens/connecting_screen.h"
#include "ui/shell/screens/fitting_stack.h"
#include "ui/shell/screens/sign_in_screen.h"
#include "ui/shell/screens/unreachable_screen.h"
#include "ui/shell/screens/welcome_screen.h"
#include "ui/theme/icons.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/icon_label.h"

namespace hearth::ui {
namespace {

constexpr int kColumn = 440;
constexpr int kFlame = 28;
constexpr int kTop = 48;

}  // namespace

SessionScreen::SessionScreen(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_stack(new FittingStack),
      m_welcome(new WelcomeScreen(context)),
      m_connecting(new ConnectingScreen(context)),
      m_unknown(new CertificateUnknownScreen(context)),
      m_changed(new CertificateChangedScreen(context)),
      m_signIn(new SignInScreen(context)),
      m_unreachable(new UnreachableScreen(context)) {
    for (Screen* screen :
         QList<Screen*>{m_welcome, m_connecting, m_unknown, m_changed, m_signIn, m_unreachable})
        m_stack->addWidget(screen);
    auto* card = new Card;
    card->setPadding(metrics::kMargin);
    card->body()->addWidget(m_stack);
    auto* column = new QWidget;
    column->setMaximumWidth(kColumn);
    auto* rows = new QVBoxLayout(column);
    // The head stands still when screens of other heights follow each other.
    rows->setContentsMargins(0, kTop, 0, metrics::kMargin);
    rows->setSpacing(metrics::kGap);
    rows->addWidget(makeHead());
    rows->addWidget(card);
    rows->addWidget(makeFoot());
    rows->addStretch(1);
    auto* inside = new QWidget;
    auto* centred = new QHBoxLayout(inside);
    centred->setContentsMargins(metrics::kMargin, 0, metrics::kMargin, 0);
    centred->addStretch(1);
    centred->addWidget(column, kColumn);
    centred->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setFocusPolicy(Qt::NoFocus);  // it follows the focus of what is in it
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(inside);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    connect(m_welcome, &WelcomeScreen::left, this, [this] {
        m_adding = false;
        follow();
    });
    connect(&context.session, &Session::stateChanged, this, &SessionScreen::follow);
    connect(&context.localNode, &LocalNode::changed, this, &SessionScreen::follow);
    translated(this, [this] { showTexts(); });
    follow();
}

QWidget* SessionScreen::makeHead() {
    auto* head = new QWidget;
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGrid);
    row->addWidget(new IconLabel("flame", kFlame, Tone::Accent));
    row->addWidget(new Label(QStringLiteral("Hearth"), TextRole::Title));
    row->addStretch(1);
    return head;
}

QWidget* SessionScreen::makeFoot() {
    m_nodes = new Button(ButtonKind::Plain, "node");
    m_language = new Button(ButtonKind::Plain, "globe");
    auto* foot = new QWidget;
    auto* row = new QHBoxLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_nodes);
    row->addStretch(1);
    row->addWidget(m_language);
    connect(m_nodes, &Button::clicked, this, &SessionScreen::openNodeMenu);
    connect(m_language, &Button::clicked, this, &SessionScreen::switchLanguage);
    return foot;
}

void SessionScreen::showTexts() {
    m_nodes->setText(tr("Other nodes"));
    // Each language is named in itself, for those who cannot read the other.
    m_language->setText(Language::instance().isKorean() ? QStringLiteral("English")
                                                        : QStringLiteral("한국어"));
}

void SessionScreen::switchLanguage() {
    m_context.preferences.setLanguage(Language::instance().isKorean() ? LanguageChoice::English
                                                                      : LanguageChoice::Korean);
}

void SessionScreen::openNodeMenu() {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto current = m_context.profiles.current();
    for (const NodeProfile& profile : m_context.profiles.all()) {
        // An ampersand in a name is no shortcut.
        QAction* action = menu->addAction(QString(profile.name).replace('&', "&&"));
        action->setCheckable(true);
        action->setChecked(current && current->id == profile.id);
        connect(action, &QAction::triggered, this, [this, id = profile.id] {
            m_adding = false;
            m_context.profiles.setCurrent(id);
            follow();
        });
    }
    menu->addSeparator();
    menu->addAction(icon("plus"), tr("Add a node…"), this, &SessionScreen::addNode);
    menu->popup(m_nodes->mapToGlobal(QPoint(0, m_nodes->height())));
}

void SessionScreen::addNode() {
    m_adding = true;
    follow();
}

Screen* SessionScreen::screen() const {
    return qobject_cast<Screen*>(m_stack->currentWidget());
}

Screen* SessionScreen::screenFor(SessionState state) const {
    const bool starting = m_context.localNode.state() == LocalNode::State::Starting;
    switch (state) {
        case SessionState::NoNode:
            return m_welcome;
        case SessionState::Connecting:
            return m_connecting;
        case SessionState::CertificateUnknown:
            return m_unknown;
        case SessionState::CertificateChanged:
            return m_changed;
        case SessionState::SignedOut:
            return m_signIn;
        case SessionState::Unreachable:
            return starting ? m_connecting : m_unreachable;
        case SessionState::Ready:
            break;
    }
    return screen();
}

void SessionScreen::follow() {
    m_nodes->setVisible(!m_context.profiles.all().isEmpty() && !m_adding);
    bringForward(m_adding ? m_welcome : screenFor(m_context.session.state()));
}

void SessionScreen::bringForward(Screen* screen) {
    if (screen == m_stack->currentWidget() && screen->isVisible())
        return;
    m_stack->setCurrentWidget(screen);
    if (isVisible())
        greet();
}

void SessionScreen::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    greet();
}

/// The focus goes to the screen's own choice, or to nothing that a careless key would press.
void SessionScreen::greet() {
    screen()->setFocus();
    screen()->shown();
}

}  // namespace hearth::ui
