#pragma once
#include <QUrl>
#include <QWidget>

#include "ui/pages/chat/conversation.h"

class QScrollArea;
class QStackedWidget;

namespace hearth::ui {

class Button;
class ComboBox;
class Composer;
class ConversationView;
class ParametersPanel;
class StateView;

/// What the chat needs of the world.
struct ChatServices {
    ChatSource chat;
    std::function<void(QObject* context, Then<QVector<Model>> then)> models;
    std::function<QUrl()> node;
    std::function<QString()> caFile;  // of the node's certificate authority, for curl
    std::function<QVariant(const QString& key)> recall;
    std::function<void(const QString& key, const QVariant& value)> remember;
    std::function<void()> openModels;
};

/// The chat without the window around it: pick a model, or two side by side, and talk.
class ChatView : public QWidget {
    Q_OBJECT
public:
    explicit ChatView(ChatServices services, QWidget* parent = nullptr);

    /// Asks for the models anew; what is chosen stays where it can.
    void refreshModels();
    /// The node came back as another process.
    void nodeRestarted();
    /// Waits for the list of models where it is still on its way.
    void chooseModel(const QString& id);
    void setComparing(bool comparing);
    void setParametersShown(bool shown);
    void toggleParameters();
    void newChat();

    Conversation& conversation() { return m_conversation; }
    ConversationView* conversationView() const { return m_view; }
    Composer* composer() const { return m_composer; }
    ParametersPanel* parameters() const { return m_parameters; }
    ComboBox* modelPicker() const { return m_model; }
    ComboBox* otherPicker() const { return m_other; }
    StateView* stateView() const { return m_state; }
    bool isComparing() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Content { Talk, Loading, State };

    QWidget* buildBar();
    QWidget* buildTalk();
    QWidget* buildSide();
    void connectParts();
    void fillPickers();
    void chooseWanted();
    void showContent();
    void showState();
    void refresh();
    void send(const QString& prompt);
    void editLast();
    QStringList chosenModels() const;
    QString curlOf(const QJsonObject& request) const;

    ChatServices m_services;
    Conversation m_conversation;
    QVector<Model> m_models;
    std::optional<ApiFailure> m_failure;
    bool m_loaded = false;
    QString m_wanted;  // to be chosen once it is listed
    ComboBox* m_model = nullptr;
    ComboBox* m_other = nullptr;
    Button* m_compare = nullptr;
    Button* m_tune = nullptr;
    Button* m_new = nullptr;
    QStackedWidget* m_stack = nullptr;
    QStackedWidget* m_inner = nullptr;
    StateView* m_state = nullptr;
    StateView* m_welcome = nullptr;
    ConversationView* m_view = nullptr;
    Composer* m_composer = nullptr;
    QScrollArea* m_side = nullptr;
    ParametersPanel* m_parameters = nullptr;
};

}  // namespace hearth::ui
