#include "ui/pages/chat/parameters_panel.h"

#include <QDoubleSpinBox>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/widgets/button.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {
namespace {

constexpr int kWidth = 280;
constexpr int kMostTokens = 1'000'000;

QDoubleSpinBox* makeNumber(double most) {
    auto* spin = new QDoubleSpinBox;
    spin->setRange(0, most);
    spin->setSingleStep(0.05);
    spin->setDecimals(2);
    return spin;
}

/// Empty text is no seed, and fine.
std::optional<qint64> seedOf(const QString& text, bool* fine) {
    const QString trimmed = text.trimmed();
    const qint64 seed = trimmed.toLongLong(fine);
    if (trimmed.isEmpty())
        *fine = true;
    return *fine && !trimmed.isEmpty() ? std::optional(seed) : std::nullopt;
}

}  // namespace

ParametersPanel::ParametersPanel(QWidget* parent) : Card(parent) {
    setMinimumWidth(kWidth);
    m_reset = new Button(ButtonKind::Plain, "restart");
    addAction(m_reset);
    m_system = new QPlainTextEdit;
    m_system->setTabChangesFocus(true);
    m_system->setFixedHeight(112);
    m_temperature = makeNumber(2);
    m_topP = makeNumber(1);
    m_maxTokens = new QSpinBox;
    m_maxTokens->setRange(1, kMostTokens);
    m_maxTokens->setSingleStep(128);
    m_maxTokens->setGroupSeparatorShown(true);
    m_seed = new LineField;
    FormField* system = add(m_system);
    FormField* temperature = add(m_temperature);
    FormField* topP = add(m_topP);
    FormField* maxTokens = add(m_maxTokens);
    m_seedField = add(m_seed);
    body()->addStretch(1);
    setParameters({});
    connect(m_system, &QPlainTextEdit::textChanged, this, &ParametersPanel::changed);
    connect(m_temperature, &QDoubleSpinBox::valueChanged, this, &ParametersPanel::changed);
    connect(m_topP, &QDoubleSpinBox::valueChanged, this, &ParametersPanel::changed);
    connect(m_maxTokens, &QSpinBox::valueChanged, this, &ParametersPanel::changed);
    connect(m_seed, &LineField::settled, this, [this] {
        checkSeed();
        emit changed();
    });
    connect(m_reset, &Button::clicked, this, [this] {
        setParameters({});
        emit changed();
    });
    translated(this, [=, this] {
        setTitle(tr("Parameters"));
        m_reset->setName(tr("Back to the defaults"));
        system->setLabel(tr("System prompt"));
        system->setHelp(tr("Goes before the conversation: who the model is, how it answers."));
        temperature->setLabel(tr("Temperature"));
        temperature->setHelp(tr("0 always takes the likeliest token."));
        topP->setLabel(tr("Top p"));
        topP->setHelp(tr("The share of likely tokens to choose from."));
        maxTokens->setLabel(tr("Max tokens"));
        maxTokens->setHelp(tr("Where an answer is cut off."));
        m_seedField->setLabel(tr("Seed"));
        m_seedField->setHelp(
            tr("The same seed gives the same answer. Empty: a new one each "
               "time."));
        checkSeed();
    });
}

FormField* ParametersPanel::add(QWidget* editor) {
    auto* field = new FormField(editor);
    body()->addWidget(field);
    return field;
}

void ParametersPanel::checkSeed() {
    bool fine = false;
    seedOf(m_seed->text(), &fine);
    m_seedField->setError(fine ? QString() : tr("Enter a whole number, or nothing."));
}

void ParametersPanel::setParameters(const ChatParameters& parameters) {
    const QSignalBlocker system(m_system), temperature(m_temperature), topP(m_topP),
        maxTokens(m_maxTokens), seed(m_seed);
    m_system->setPlainText(parameters.systemPrompt);
    m_temperature->setValue(parameters.temperature);
    m_topP->setValue(parameters.topP);
    m_maxTokens->setValue(parameters.maxTokens);
    m_seed->setText(parameters.seed ? QString::number(*parameters.seed) : QString());
    if (m_seedField)
        checkSeed();
}

ChatParameters ParametersPanel::parameters() const {
    bool fine = false;
    return {.temperature = m_temperature->value(),
            .topP = m_topP->value(),
            .maxTokens = m_maxTokens->value(),
            .seed = seedOf(m_seed->text(), &fine),
            .systemPrompt = m_system->toPlainText()};
}

}  // namespace hearth::ui
