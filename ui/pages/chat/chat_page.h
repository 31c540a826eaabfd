#pragma once
#include "ui/shell/page.h"

namespace hearth::ui {

class ChatView;

/// Trying out what the node serves.
class ChatPage : public Page {
    Q_OBJECT
public:
    explicit ChatPage(AppContext& context, QWidget* parent = nullptr);

    /// The id of a model to talk to.
    void openItem(const QString& item) override;
    void shown() override;
    QVector<PageCommand> commands() override;

private:
    ChatView* m_view;
    QStringList m_served;  // as the node said last
};

}  // namespace hearth::ui
