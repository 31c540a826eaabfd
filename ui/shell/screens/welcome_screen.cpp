#include "ui/shell/screens/welcome_screen.h"

#include "ui/i18n/language.h"
#include "ui/models/profiles.h"
#include "ui/shell/screens/add_node_form.h"
#include "ui/widgets/button.h"

namespace hearth::ui {

WelcomeScreen::WelcomeScreen(AppContext& context, QWidget* parent)
    : Screen(parent),
      m_context(context),
      m_form(new AddNodeForm(context)),
      m_back(new Button(ButtonKind::Plain, "chevron_left")) {
    body()->addWidget(m_form);
    body()->addWidget(m_back, 0, Qt::AlignLeft);
    connect(m_form, &AddNodeForm::added, this, &WelcomeScreen::left);
    connect(m_back, &Button::clicked, this, &WelcomeScreen::left);
    connect(&context.profiles, &Profiles::changed, this, &WelcomeScreen::showTexts);
    translated(this, [this] { showTexts(); });
}

void WelcomeScreen::showTexts() {
    const auto current = m_context.profiles.current();
    setTitle(current ? tr("Add a node") : tr("Welcome to Hearth"));
    setSentence(tr("Connect to a node of your organisation, or to one on this computer."));
    m_back->setVisible(current.has_value());
    if (current)
        m_back->setText(tr("Back to %1").arg(current->name));
}

void WelcomeScreen::shown() {
    showTexts();
    m_form->begin();
}

}  // namespace hearth::ui
