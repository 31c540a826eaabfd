#pragma once
#include <functional>

#include "ui/widgets/button.h"

namespace hearth::ui {

/// An icon that copies a text, and says for a moment that it did.
class CopyButton : public Button {
    Q_OBJECT
public:
    explicit CopyButton(std::function<QString()> text, QWidget* parent = nullptr);

    /// "Copy code": its name.
    void setWhat(const QString& what);
    /// Of the icon at rest; "copy" unless set.
    void setRestIcon(const QString& name);

private:
    void describe();

    std::function<QString()> m_text;
    QString m_what;
    QString m_icon = "copy";
    bool m_copied = false;
};

}  // namespace hearth::ui
