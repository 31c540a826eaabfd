#include "ui/pages/settings/settings_page.h"

#include <QHBoxLayout>
#include <QScrollArea>

#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/models/session.h"
#include "ui/pages/settings/about_card.h"
#include "ui/pages/settings/account_card.h"
#include "ui/pages/settings/appearance_card.h"
#include "ui/pages/settings/nodes_card.h"
#include "ui/pages/settings/this_node_card.h"
#include "ui/widgets/drawer.h"
#include "ui/widgets/scrolled.h"

namespace hearth::ui {
namespace {

constexpr int kColumn = 840;

}  // namespace

SettingsPage::SettingsPage(AppContext& context, QWidget* parent) : Page(context, parent) {
    auto* drawer = new Drawer(this);
    m_appearance = new AppearanceCard(context.preferences);
    m_nodes = new NodesCard(context, *drawer);
    m_thisNode = new ThisNodeCard(context.session, context.watch, context.localNode);
    m_account = new AccountCard(context.session, context.secrets);
    auto* about = new AboutCard(context.preferences, context.watch);
    auto* column = new QWidget;
    column->setMaximumWidth(kColumn);
    auto* cards = new QVBoxLayout(column);
    cards->setContentsMargins(0, 0, 0, 0);
    cards->setSpacing(metrics::kGap);
    for (QWidget* card : {static_cast<QWidget*>(m_appearance), static_cast<QWidget*>(m_nodes),
                          static_cast<QWidget*>(m_thisNode), static_cast<QWidget*>(m_account),
                          static_cast<QWidget*>(about)})
        cards->addWidget(card);
    cards->addStretch(1);
    auto* holder = new QWidget;
    auto* row = new QHBoxLayout(holder);
    row->setContentsMargins(0, 0, metrics::kGap, 0);
    row->addWidget(column, 1000);
    row->addStretch(1);
    body()->addWidget(scrolled(holder), 1);
}

void SettingsPage::openItem(const QString& item) {
    if (item == "add-node")
        m_nodes->openAddForm();
}

QVector<PageCommand> SettingsPage::commands() {
    return {
        {.title = [] { return tr("Add node"); }, .run = [this] { m_nodes->openAddForm(); }},
        {.title = [] { return tr("Sign out"); },
         .run = [this] { this->context().session.signOut(); }},
    };
}

}  // namespace hearth::ui
