#include "ui/theme/theme.h"

#include <QApplication>
#include <QPalette>

#include "ui/theme/hearth_style.h"

namespace hearth::ui {
namespace {

QPalette paletteOf(const Colors& c) {
    QPalette p;
    p.setColor(QPalette::Window, c.background);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.surface);
    p.setColor(QPalette::AlternateBase, c.raised);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Button, c.surface);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.onAccent);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.onAccent);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::LinkVisited, c.accent);
    p.setColor(QPalette::ToolTipBase, c.text);
    p.setColor(QPalette::ToolTipText, c.background);
    p.setColor(QPalette::Light, c.raised);
    p.setColor(QPalette::Midlight, c.raised);
    p.setColor(QPalette::Mid, c.border);
    p.setColor(QPalette::Dark, c.outline);
    p.setColor(QPalette::Shadow, c.shadow);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, c.muted);
    return p;
}

void setFonts() {
    QApplication::setFont(fontFor(TextRole::Body));
    for (const char* field : {"QLineEdit", "QAbstractSpinBox", "QComboBox", "QTextEdit",
                              "QPlainTextEdit", "QComboBoxListView"})
        QApplication::setFont(fontFor(TextRole::Field), field);
    QApplication::setFont(fontFor(TextRole::Caption), "QTipLabel");
}

struct TypeStep {
    int pixels;
    QFont::Weight weight;
    bool mono = false;
};

TypeStep stepOf(TextRole role) {
    switch (role) {
        case TextRole::Caption:
            return {12, QFont::Normal};
        case TextRole::Body:
            return {13, QFont::Normal};
        case TextRole::BodyStrong:
            return {13, QFont::DemiBold};
        case TextRole::Field:
            return {14, QFont::Normal};
        case TextRole::Section:
            return {16, QFont::DemiBold};
        case TextRole::Title:
            return {20, QFont::DemiBold};
        case TextRole::Stat:
            return {28, QFont::DemiBold};
        case TextRole::Mono:
            return {13, QFont::Normal, true};
        case TextRole::MonoCaption:
            return {12, QFont::Normal, true};
    }
    return {13, QFont::Normal};
}

}  // namespace

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

void Theme::apply(ThemeMode mode) {
    if (!m_applied) {
        m_systemDark = QApplication::palette().color(QPalette::Window).lightness() < 128;
        QApplication::setStyle(new HearthStyle);
        setFonts();
        m_applied = true;
    }
    m_mode = mode;
    m_dark = mode == ThemeMode::Dark || (mode == ThemeMode::System && m_systemDark);
    QApplication::setPalette(paletteOf(colors()));
    emit changed();
}

QFont fontFor(TextRole role) {
    const TypeStep step = stepOf(role);
    QFont font;
    // The Korean family comes second, so that Latin text keeps its own letters.
    font.setFamilies(step.mono ? QStringList{"JetBrains Mono", "Noto Sans Mono CJK KR", "monospace"}
                               : QStringList{"Inter", "Noto Sans CJK KR", "sans-serif"});
    font.setPixelSize(step.pixels);
    font.setWeight(step.weight);
    font.setHintingPreference(QFont::PreferVerticalHinting);
    return font;
}

void themed(QObject* owner, std::function<void()> apply) {
    apply();
    QObject::connect(&Theme::instance(), &Theme::changed, owner, std::move(apply));
}

}  // namespace hearth::ui
