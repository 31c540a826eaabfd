#pragma once
#include "ui/shell/page.h"

namespace hearth::ui {

class AccountCard;
class AppearanceCard;
class NodesCard;
class ThisNodeCard;

/// How the console looks, which nodes it knows, and who is signed in.
class SettingsPage : public Page {
    Q_OBJECT
public:
    explicit SettingsPage(AppContext& context, QWidget* parent = nullptr);

    /// "add-node" opens the form.
    void openItem(const QString& item) override;
    QVector<PageCommand> commands() override;

    AppearanceCard* appearance() const { return m_appearance; }
    NodesCard* nodes() const { return m_nodes; }
    ThisNodeCard* thisNode() const { return m_thisNode; }
    AccountCard* account() const { return m_account; }

private:
    AppearanceCard* m_appearance;
    NodesCard* m_nodes;
    ThisNodeCard* m_thisNode;
    AccountCard* m_account;
};

}  // namespace hearth::ui
