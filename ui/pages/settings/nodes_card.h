#pragma once
#include "ui/models/profiles.h"
#include "ui/widgets/card.h"

namespace hearth::ui {

class Button;
class Drawer;
class NodeForm;
class NodeRow;
class Profiles;
class SecretStore;

/// The nodes that the console remembers: add, rename, forget, connect.
class NodesCard : public Card {
    Q_OBJECT
public:
    /// `drawer` shows the forms.
    NodesCard(Profiles& profiles, SecretStore& secrets, Drawer& drawer, QWidget* parent = nullptr);

    QVector<NodeRow*> rows() const { return m_rows; }
    Button* addButton() const { return m_add; }
    void openAddForm();

private:
    void rebuild();
    NodeRow* makeRow(const NodeProfile& profile);
    void openRenameForm(const NodeProfile& profile);
    void openForm(NodeForm* form);
    void askToForget(const NodeProfile& profile);

    Profiles& m_profiles;
    SecretStore& m_secrets;
    Drawer& m_drawer;
    Button* m_add;
    QVector<NodeRow*> m_rows;
};

}  // namespace hearth::ui
