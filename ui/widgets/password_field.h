#pragma once
#include "ui/widgets/line_field.h"

namespace hearth::ui {

class Button;

/// A secret, hidden until its eye is pressed; hidden again when the field is cleared.
class PasswordField : public LineField {
    Q_OBJECT
public:
    explicit PasswordField(QWidget* parent = nullptr);

    Button* showButton() const { return m_show; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void reveal(bool shown);

    Button* m_show;
};

}  // namespace hearth::ui
