#pragma once
#include <QWidget>

#include "ui/app_context.h"

class QMenu;

namespace hearth::ui {

class Button;
class HealthDot;
class PaletteButton;

/// Node switcher with its health, the search that opens the palette, jobs in progress,
/// notifications, account.
class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(AppContext& context, QWidget* parent = nullptr);

signals:
    void paletteWanted();
    void notificationsWanted();

protected:
    void paintEvent(QPaintEvent*) override;

private:
    void showNode();
    QString accountName() const;
    void showJobs();
    void showUnread();
    static QString formatUnread(int unread);
    void fillNodeMenu(QMenu* menu);
    void fillAccountMenu(QMenu* menu);
    void addAppearance(QMenu* menu);

    AppContext& m_context;
    HealthDot* m_health;
    Button* m_node;
    PaletteButton* m_search;
    Button* m_jobs;
    Button* m_bell;
    Button* m_account;
    bool m_away = false;
};

}  // namespace hearth::ui
