#pragma once
#include "ui/widgets/card.h"

namespace hearth::ui {

class Preferences;
class SegmentedControl;
class Switch;

/// Theme, language and motion; each takes effect at once.
class AppearanceCard : public Card {
    Q_OBJECT
public:
    explicit AppearanceCard(Preferences& preferences, QWidget* parent = nullptr);

    SegmentedControl* theme() const { return m_theme; }
    SegmentedControl* language() const { return m_language; }
    Switch* motion() const { return m_motion; }

private:
    SegmentedControl* m_theme;
    SegmentedControl* m_language;
    Switch* m_motion;
};

}  // namespace hearth::ui
