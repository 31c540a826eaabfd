#pragma once
#include <QHash>
#include <QWidget>

#include "ui/app_context.h"

class QStackedWidget;

namespace hearth::ui {

class CommandPalette;
class NavRail;
class Notifications;
class Page;
class TopBar;
struct PageInfo;

/// The frame: navigation, top bar, the page in front. While there is no session, the screens of
/// ui/shell/screens stand in its place. Pages are made when first shown.
class MainWindow : public QWidget {
    Q_OBJECT
public:
    MainWindow();

    /// Once, before it is shown. REQUIRES: `context` outlives the window.
    void build(AppContext& context);
    /// Deletes everything in it; only destroying it is left.
    void clear();

    void openPage(const QString& id, const QString& item = {});
    QString currentPage() const { return m_current; }
    Page* page(const QString& id) const { return m_pages.value(id); }

protected:
    void closeEvent(QCloseEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void buildFrame();
    void bindShortcuts();
    void followSession();
    void showFrame();
    bool mayOpen(const PageInfo& info) const;
    Page* makePage(const PageInfo& info);
    void openFirstAllowed();
    void bindPageCommands(Page* page);
    void setNavCollapsed(bool collapsed);
    void fitNavigation();
    void openPalette();

    AppContext* m_context = nullptr;
    QStackedWidget* m_stack = nullptr;  // the session's screen, the frame
    QWidget* m_frame = nullptr;
    NavRail* m_nav = nullptr;
    TopBar* m_top = nullptr;
    QStackedWidget* m_content = nullptr;
    CommandPalette* m_palette = nullptr;
    Notifications* m_notifications = nullptr;
    QHash<QString, Page*> m_pages;
    QList<QObject*> m_pageShortcuts;
    QString m_current;
    QString m_sessionKey;  // node and user whose pages these are
};

}  // namespace hearth::ui
