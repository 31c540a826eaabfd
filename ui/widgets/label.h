#pragma once
#include <QLabel>

#include "ui/theme/theme.h"

namespace hearth::ui {

enum class Tone { Normal, Muted, Accent, Good, Attention, Bad, Information };

QColor toneColor(Tone tone);
/// A name of theme/icons that says the same without colour.
QString toneIcon(Tone tone);

/// Text in a step of the type scale and a tone of the theme. Plain text only: what comes from a
/// node is never read as markup.
class Label : public QLabel {
    Q_OBJECT
public:
    explicit Label(TextRole role, Tone tone = Tone::Normal, QWidget* parent = nullptr);
    explicit Label(const QString& text, TextRole role = TextRole::Body, Tone tone = Tone::Normal,
                   QWidget* parent = nullptr);

    void setTone(Tone tone);
    Tone tone() const { return m_tone; }

private:
    void ink();

    Tone m_tone;
};

}  // namespace hearth::ui
