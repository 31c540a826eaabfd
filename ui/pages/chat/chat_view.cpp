#include "ui/pages/chat/chat_view.h"

#include <QHBoxLayout>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/pages/chat/composer.h"
#include "ui/pages/chat/conversation_view.h"
#include "ui/pages/chat/parameters_panel.h"
#include "ui/pages/chat/prompt_edit.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/skeleton.h"
#include "ui/widgets/state_view.h"

namespace hearth::ui {
namespace {

constexpr char kModelKey[] = "chat/model";
constexpr char kParametersKey[] = "chat/parameters";
constexpr char kPanelKey[] = "chat/parametersShown";
constexpr int kPickerWidth = 220;

}  // namespace

ChatView::ChatView(ChatServices services, QWidget* parent)
    : QWidget(parent), m_services(std::move(services)), m_conversation(m_services.chat) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(buildBar());
    auto* row = new QHBoxLayout;
    row->setSpacing(metrics::kGap);
    m_stack = new QStackedWidget;
    m_state = new StateView;
    m_stack->addWidget(buildTalk());
    m_stack->addWidget(new Skeleton(6));
    m_stack->addWidget(m_state);
    row->addWidget(m_stack, 1);
    row->addWidget(buildSide());
    column->addLayout(row, 1);
    const auto json =
        QJsonDocument::fromJson(m_services.recall(kParametersKey).toString().toUtf8());
    m_parameters->setParameters(chatParametersFrom(json.object()));
    setParametersShown(m_services.recall(kPanelKey).toBool());
    setComparing(false);
    connectParts();
    translated(this, [this] {
        m_model->setAccessibleName(tr("Model"));
        m_other->setAccessibleName(tr("Second model"));
        m_compare->setText(tr("Side by side"));
        m_tune->setText(tr("Parameters"));
        m_new->setText(tr("New chat"));
        fillPickers();
        refresh();
    });
}

QWidget* ChatView::buildBar() {
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGrid);
    m_model = new ComboBox;
    m_other = new ComboBox;
    for (ComboBox* picker : {m_model, m_other}) {
        picker->setMinimumWidth(kPickerWidth);
        row->addWidget(picker);
    }
    m_compare = new Button(ButtonKind::Plain, "compare");
    m_compare->setCheckable(true);
    m_tune = new Button(ButtonKind::Plain, "fine_tuning");
    m_tune->setCheckable(true);
    m_new = new Button(ButtonKind::Quiet, "plus");
    row->addStretch(1);
    for (Button* button : {m_compare, m_tune, m_new})
        row->addWidget(button);
    return bar;
}

QWidget* ChatView::buildTalk() {
    auto* talk = new QWidget;
    auto* column = new QVBoxLayout(talk);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid);
    m_inner = new QStackedWidget;
    m_welcome = new StateView;
    m_view = new ConversationView(m_conversation,
                                  [this](const QJsonObject& request) { return curlOf(request); });
    m_inner->addWidget(m_welcome);
    m_inner->addWidget(m_view);
    m_composer = new Composer;
    column->addWidget(m_inner, 1);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(m_composer, 1000);
    row->addStretch(1);
    column->addLayout(row);
    return talk;
}

QWidget* ChatView::buildSide() {
    m_parameters = new ParametersPanel;
    m_side = new QScrollArea;
    m_side->setFrameShape(QFrame::NoFrame);
    m_side->setFocusPolicy(Qt::NoFocus);
    m_side->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_side->setWidgetResizable(true);
    m_side->viewport()->setAutoFillBackground(false);
    m_side->setWidget(m_parameters);
    m_side->setFixedWidth(m_parameters->minimumWidth() +
                          m_side->verticalScrollBar()->sizeHint().width());
    return m_side;
}

void ChatView::connectParts() {
    connect(m_compare, &Button::toggled, this, &ChatView::setComparing);
    connect(m_tune, &Button::toggled, this, &ChatView::setParametersShown);
    connect(m_new, &Button::clicked, this, &ChatView::newChat);
    connect(m_model, &ComboBox::chosen, this, [this](const QVariant& id) {
        m_services.remember(kModelKey, id);
        refresh();
    });
    connect(m_parameters, &ParametersPanel::changed, this, [this] {
        const QJsonDocument json(toJson(m_parameters->parameters()));
        m_services.remember(kParametersKey, QString::fromUtf8(json.toJson(QJsonDocument::Compact)));
    });
    connect(m_composer, &Composer::sent, this, &ChatView::send);
    connect(m_composer, &Composer::stopped, &m_conversation, &Conversation::stop);
    connect(&m_conversation, &Conversation::changed, this, &ChatView::refresh);
    connect(m_view, &ConversationView::editRequested, this, &ChatView::editLast);
    connect(m_view, &ConversationView::retryRequested, this,
            [this](int column) { m_conversation.retry(column, m_parameters->parameters()); });
    connect(m_state, &StateView::primaryClicked, this, [this] {
        if (m_failure)
            refreshModels();
        else
            m_services.openModels();
    });
}

void ChatView::refreshModels() {
    m_services.models(this, [this](const Outcome<QVector<Model>>& outcome) {
        m_loaded = true;
        m_failure = outcome.ok() ? std::nullopt : std::optional(outcome.failure());
        if (outcome.ok()) {
            m_models = *outcome;
            std::stable_partition(m_models.begin(), m_models.end(),
                                  [](const Model& model) { return model.served; });
        }
        fillPickers();
        chooseWanted();
        refresh();
    });
}

void ChatView::fillPickers() {
    QList<Choice> choices;
    for (const Model& model : m_models)
        choices.append({.data = model.id,
                        .text = model.served ? model.id : tr("%1 (not loaded)").arg(model.id),
                        .enabled = model.served});
    const bool first = m_model->count() == 0;
    for (ComboBox* picker : {m_model, m_other})
        picker->setChoices(choices);
    const auto served = std::count_if(m_models.begin(), m_models.end(),
                                      [](const Model& model) { return model.served; });
    if (!first || served == 0)
        return;
    const QString former = m_services.recall(kModelKey).toString();
    for (const Model& model : m_models)
        if (model.served && model.id == former)
            m_model->setChoice(former);
    // Something to compare with, where there is one: a base and its adapter.
    for (const Model& model : m_models)
        if (model.served && model.id != m_model->choice().toString())
            m_other->setChoice(model.id);
}

void ChatView::chooseModel(const QString& id) {
    m_wanted = id;
    chooseWanted();
    refresh();
}

void ChatView::chooseWanted() {
    for (const Model& model : m_models)
        if (model.served && model.id == m_wanted) {
            m_model->setChoice(std::exchange(m_wanted, {}));
            return;
        }
}

bool ChatView::isComparing() const {
    return m_compare->isChecked();
}

void ChatView::setComparing(bool comparing) {
    m_compare->setChecked(comparing);
    m_view->setWide(comparing);
    m_composer->setMaximumWidth(m_view->columnWidth() + metrics::kGap);
    refresh();
}

void ChatView::setParametersShown(bool shown) {
    m_tune->setChecked(shown);
    m_side->setVisible(shown);
    m_services.remember(kPanelKey, shown);
}

void ChatView::toggleParameters() {
    setParametersShown(!m_tune->isChecked());
}

void ChatView::newChat() {
    m_conversation.clear();
    m_composer->edit()->setFocus(Qt::OtherFocusReason);
}

void ChatView::nodeRestarted() {
    m_conversation.interrupt();
    refreshModels();
}

QStringList ChatView::chosenModels() const {
    QStringList models{m_model->choice().toString()};
    if (isComparing())
        models << m_other->choice().toString();
    return models;
}

void ChatView::send(const QString& prompt) {
    m_conversation.send(prompt, chosenModels(), m_parameters->parameters());
}

void ChatView::editLast() {
    m_conversation.stop();
    m_composer->setText(m_conversation.takeLast());
}

QString ChatView::curlOf(const QJsonObject& request) const {
    return asCurl(m_services.node(), m_services.caFile(), request);
}

void ChatView::refresh() {
    const bool running = m_conversation.isRunning();
    m_composer->setRunning(running);
    const bool any = !m_models.isEmpty();
    m_model->setVisible(any);
    m_other->setVisible(any && isComparing());
    m_model->setEnabled(!running);
    m_other->setEnabled(!running);
    m_compare->setEnabled(any && !running);
    m_new->setEnabled(!m_conversation.isEmpty());
    const QStringList models = chosenModels();
    const bool ready = std::all_of(models.begin(), models.end(), [this](const QString& id) {
        return std::any_of(m_models.begin(), m_models.end(),
                           [&](const Model& model) { return model.id == id && model.served; });
    });
    m_composer->setBlocked(ready ? QString() : tr("Choose a model that is loaded"));
    showState();
    showContent();
}

void ChatView::showState() {
    if (m_failure) {
        m_state->setIcon("error", Tone::Bad);
        m_state->setHeadline(tr("The models could not be listed"));
        m_state->setSentence(m_failure->message);
        m_state->setPrimary(tr("Try again"));
        m_state->setDetails(m_failure->requestId);
    } else {
        m_state->setIcon("models");
        m_state->setHeadline(tr("No model is loaded"));
        m_state->setSentence(tr("Load a model, and talk to it here."));
        m_state->setPrimary(tr("Go to models"));
        m_state->setDetails({});
    }
    m_welcome->setIcon("chat");
    m_welcome->setHeadline(tr("Talk to %1").arg(m_model->choice().toString()));
    m_welcome->setSentence(
        tr("What you write stays on this node. Nothing here is kept when you "
           "close the console."));
}

void ChatView::showContent() {
    const bool served = std::any_of(m_models.begin(), m_models.end(),
                                    [](const Model& model) { return model.served; });
    Content content = Content::Talk;
    // A conversation stays readable whatever becomes of the models.
    if (m_conversation.isEmpty() && !m_loaded)
        content = Content::Loading;
    else if (m_conversation.isEmpty() && !served)
        content = Content::State;
    m_stack->setCurrentIndex(int(content));
    m_inner->setCurrentIndex(m_conversation.isEmpty() ? 0 : 1);
}

void ChatView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && m_conversation.isRunning())
        m_conversation.stop();
    else
        QWidget::keyPressEvent(event);
}

}  // namespace hearth::ui
