// What every page is: a title, one sentence of help, actions at the right, then its content.
#pragma once
#include <QKeySequence>
#include <QVBoxLayout>
#include <QVector>
#include <QWidget>
#include <functional>

#include "ui/app_context.h"

namespace hearth::ui {

class Label;

/// Something a page lets its user do; listed in the palette (Ctrl+K) and bound to its shortcut
/// while the page is shown.
struct PageCommand {
    std::function<QString()> title;  // translated when asked
    QKeySequence shortcut = {};
    std::function<void()> run;
};

class Page : public QWidget {
    Q_OBJECT
public:
    explicit Page(AppContext& context, QWidget* parent = nullptr);

    /// Opens one of the page's things (a model's name, a run's id, "new?..."). Called after
    /// shown().
    virtual void openItem(const QString& item) { Q_UNUSED(item) }
    /// The page came to the front, or left it: polling belongs between the two.
    virtual void shown() {}
    virtual void left() {}
    virtual QVector<PageCommand> commands() { return {}; }

    /// From the page registry, by the window.
    void setTexts(const QString& title, const QString& help);

protected:
    AppContext& context() { return m_context; }
    /// Below the header, 24 px margin around, 16 px between its rows.
    QVBoxLayout* body() { return m_body; }
    /// Appends to the actions at the right of the title.
    void addAction(QWidget* action);
    /// A page with its own header (chat) hides the standard one.
    void hideHeader();

private:
    AppContext& m_context;
    QWidget* m_header;
    QHBoxLayout* m_actions;
    QVBoxLayout* m_body;
    Label* m_title;
    Label* m_help;
};

}  // namespace hearth::ui
