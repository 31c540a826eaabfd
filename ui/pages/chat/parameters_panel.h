#pragma once
#include "ui/pages/chat/chat_request.h"
#include "ui/widgets/card.h"

class QDoubleSpinBox;
class QPlainTextEdit;
class QSpinBox;

namespace hearth::ui {

class Button;
class FormField;
class LineField;

/// How the next answers are sampled.
class ParametersPanel : public Card {
    Q_OBJECT
public:
    explicit ParametersPanel(QWidget* parent = nullptr);

    void setParameters(const ChatParameters& parameters);
    /// A seed that is not a number counts as none; its field says so.
    ChatParameters parameters() const;
    Button* resetButton() const { return m_reset; }

signals:
    /// By the user.
    void changed();

private:
    FormField* add(QWidget* editor);
    void checkSeed();

    QPlainTextEdit* m_system;
    QDoubleSpinBox* m_temperature;
    QDoubleSpinBox* m_topP;
    QSpinBox* m_maxTokens;
    LineField* m_seed;
    FormField* m_seedField;
    Button* m_reset;
};

}  // namespace hearth::ui
