#pragma once
#include "ui/app_context.h"
#include "ui/models/profiles.h"
#include "ui/widgets/card.h"

namespace hearth::ui {

class Button;
class Drawer;
class NodeRow;

/// The nodes that the console remembers: add, rename, forget, connect.
class NodesCard : public Card {
    Q_OBJECT
public:
    /// `drawer` shows the forms.
    NodesCard(AppContext& context, Drawer& drawer, QWidget* parent = nullptr);

    QVector<NodeRow*> rows() const { return m_rows; }
    Button* addButton() const { return m_add; }
    void openAddForm();

private:
    void rebuild();
    NodeRow* makeRow(const NodeProfile& profile);
    void openRenameForm(const NodeProfile& profile);
    void askToForget(const NodeProfile& profile);

    AppContext& m_context;
    Profiles& m_profiles;
    Drawer& m_drawer;
    Button* m_add;
    QVector<NodeRow*> m_rows;
};

}  // namespace hearth::ui
