#include "ui/pages/settings/nodes_card.h"

#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/secret_store.h"
#include "ui/pages/settings/node_row.h"
#include "ui/pages/settings/rename_form.h"
#include "ui/shell/screens/add_node_form.h"
#include "ui/widgets/button.h"
#include "ui/widgets/confirm.h"
#include "ui/widgets/drawer.h"

namespace hearth::ui {

NodesCard::NodesCard(AppContext& context, Drawer& drawer, QWidget* parent)
    : Card(parent), m_context(context), m_profiles(context.profiles), m_drawer(drawer) {
    setPadding(0);
    body()->setSpacing(0);
    body()->setContentsMargins(0, metrics::kGap, 0, 0);
    m_add = new Button(ButtonKind::Quiet, "plus");
    addAction(m_add);
    connect(m_add, &Button::clicked, this, &NodesCard::openAddForm);
    connect(&m_profiles, &Profiles::changed, this, &NodesCard::rebuild);
    rebuild();
    translated(this, [this] {
        setTitle(tr("Nodes"));
        setHelp(
            tr("What this console remembers. Passwords and keys are kept in the system's "
               "keychain."));
        m_add->setText(tr("Add node"));
    });
}

void NodesCard::rebuild() {
    for (NodeRow* row : std::exchange(m_rows, {})) {
        row->hide();
        row->deleteLater();  // one of its buttons may have brought us here
    }
    for (const NodeProfile& profile : m_profiles.all()) {
        m_rows.append(makeRow(profile));
        body()->addWidget(m_rows.last());
    }
}

NodeRow* NodesCard::makeRow(const NodeProfile& profile) {
    const auto current = m_profiles.current();
    auto* row = new NodeRow(profile, current && current->id == profile.id);
    connect(row, &NodeRow::useRequested, this,
            [this, id = profile.id] { m_profiles.setCurrent(id); });
    connect(row, &NodeRow::renameRequested, this, [this, profile] { openRenameForm(profile); });
    connect(row, &NodeRow::forgetRequested, this, [this, profile] { askToForget(profile); });
    return row;
}

void NodesCard::openAddForm() {
    auto* form = new AddNodeForm(m_context);
    connect(form, &AddNodeForm::added, &m_drawer, &Drawer::closeDrawer);
    m_drawer.setBody(form);
    translated(form, [this] { m_drawer.setTitle(tr("Add node")); });
    m_drawer.openDrawer();
    form->begin();
}

void NodesCard::openRenameForm(const NodeProfile& profile) {
    auto* form = new RenameForm(profile.name);
    connect(form, &RenameForm::renamed, this, [this, id = profile.id](const QString& name) {
        // As it is now: signing in may have changed it meanwhile.
        if (auto now = m_profiles.find(id)) {
            now->name = name;
            m_profiles.save(*now);
        }
    });
    connect(form, &RenameForm::finished, &m_drawer, &Drawer::closeDrawer);
    m_drawer.setBody(form);
    translated(form, [this, name = profile.name] { m_drawer.setTitle(tr("Rename %1").arg(name)); });
    m_drawer.openDrawer();
}

void NodesCard::askToForget(const NodeProfile& profile) {
    const QString name = profile.name;
    Confirm::ask(this, {.texts =
                            [name] {
                                return ConfirmTexts{
                                    .title = tr("Forget %1?").arg(name),
                                    .message = tr("The console forgets its address, its "
                                                  "certificate and your sign-in. The node itself "
                                                  "goes on as it is."),
                                    .confirm = tr("Forget node")};
                            },
                        .name = {},
                        .confirmed =
                            [this, id = profile.id] {
                                m_context.secrets.remove(id);
                                m_profiles.forget(id);
                            },
                        .cancelled = {}});
}

}  // namespace hearth::ui
