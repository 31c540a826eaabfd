#pragma once
#include <QWidget>

#include "ui/widgets/label.h"

namespace hearth::ui {

class Button;
class CopyField;
class IconLabel;

/// What fills a page or a card that has nothing to show: empty, first use, no permission, lost,
/// failed. Icon, headline, one sentence, the next step.
class StateView : public QWidget {
    Q_OBJECT
public:
    explicit StateView(QWidget* parent = nullptr);

    /// A name of theme/icons; Muted for what is merely empty, Bad for failures.
    void setIcon(const QString& name, Tone tone = Tone::Muted);
    void setHeadline(const QString& headline);
    void setSentence(const QString& sentence);
    /// Each shows once it has a text; an empty one hides it.
    void setPrimary(const QString& text);
    void setSecondary(const QString& text);
    /// Something to quote to whoever helps: a request id, an error. Empty hides it.
    void setDetails(const QString& details);

    Button* primary() const { return m_primary; }
    Button* secondary() const { return m_secondary; }

signals:
    void primaryClicked();
    void secondaryClicked();

private:
    IconLabel* m_icon;
    Label* m_headline;
    Label* m_sentence;
    Button* m_primary;
    Button* m_secondary;
    CopyField* m_details;
};

}  // namespace hearth::ui
