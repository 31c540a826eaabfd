#pragma once
#include <QEvent>
#include <QPointer>
#include <QWidget>

class QHBoxLayout;
class QScrollArea;
class QVariantAnimation;

namespace hearth::ui {

class Button;
class Label;

/// Posted to the window when a drawer opens or closes, for what makes room for it.
QEvent::Type drawerMoved();

/// Details of a selected row, at the right of `host`: 440 px wide, as high as the host, over its
/// content. Esc closes it. The focus moves in on opening and back to where it was on closing.
class Drawer : public QWidget {
    Q_OBJECT
public:
    /// Starts closed. REQUIRES: `host` is the parent and outlives it.
    explicit Drawer(QWidget* host);

    void setTitle(const QString& title);
    /// Under the title, muted: an id, a state. Empty hides it.
    void setSubtitle(const QString& subtitle);
    /// Beside the close button.
    void addTool(QWidget* tool);
    /// Scrolls; replaces and deletes the body before it. The drawer gives the 24 px margin.
    void setBody(QWidget* body);
    QWidget* body() const;
    /// A row of actions under the body, from the right: the primary one first.
    void addFooterAction(QWidget* action);

    /// Shows it with new content, or leaves it open. `takeFocus` false keeps the focus in a table
    /// whose arrow keys walk the rows.
    void openDrawer(bool takeFocus = true);
    void closeDrawer();
    bool isOpen() const { return m_open; }

signals:
    void opened();
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void place();
    void moveFocusIn();
    void giveFocusBack();

    QWidget* m_host;
    Label* m_title;
    Label* m_subtitle;
    QHBoxLayout* m_tools;
    Button* m_close;
    QScrollArea* m_scroll;
    QWidget* m_footer;
    QHBoxLayout* m_footerActions;
    QVariantAnimation* m_slide;
    QPointer<QWidget> m_focusBefore;
    double m_shown = 0;  // 0 closed, 1 open
    bool m_open = false;
};

}  // namespace hearth::ui
