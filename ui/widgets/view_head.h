#pragma once
#include <QWidget>
#include <initializer_list>

class QHBoxLayout;

namespace hearth::ui {

class Button;
class ElidedLabel;

/// The head of a view inside a page: the way back, what it shows, and at the right what one can do
/// with it.
class ViewHead : public QWidget {
    Q_OBJECT
public:
    explicit ViewHead(std::initializer_list<QWidget*> parts = {}, QWidget* parent = nullptr);

    Button* back() const { return m_back; }
    void setTitle(const QString& title);
    /// A line below the title: an id. Empty hides it.
    void setCaption(const QString& caption);

private:
    Button* m_back;
    ElidedLabel* m_title;
    ElidedLabel* m_caption;
};

}  // namespace hearth::ui
