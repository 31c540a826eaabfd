#include "ui/widgets/label.h"

namespace hearth::ui {

QColor toneColor(Tone tone) {
    switch (tone) {
        case Tone::Normal:
            return colors().text;
        case Tone::Muted:
            return colors().muted;
        case Tone::Accent:
            return colors().accent;
        case Tone::Good:
            return colors().good;
        case Tone::Attention:
            return colors().attention;
        case Tone::Bad:
            return colors().bad;
        case Tone::Information:
            return colors().information;
    }
    return colors().text;
}

QString toneIcon(Tone tone) {
    switch (tone) {
        case Tone::Good:
            return "check";
        case Tone::Attention:
            return "warning";
        case Tone::Bad:
            return "error";
        default:
            return "info";
    }
}

Label::Label(TextRole role, Tone tone, QWidget* parent) : Label({}, role, tone, parent) {}

Label::Label(const QString& text, TextRole role, Tone tone, QWidget* parent)
    : QLabel(text, parent), m_tone(tone) {
    setTextFormat(Qt::PlainText);
    setFont(fontFor(role));
    themed(this, [this] { ink(); });
}

void Label::setTone(Tone tone) {
    m_tone = tone;
    ink();
}

void Label::ink() {
    QPalette palette;
    palette.setColor(QPalette::WindowText, toneColor(m_tone));
    setPalette(palette);
}

}  // namespace hearth::ui
