#include "ui/shell/top_bar.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>

#include "ui/i18n/language.h"
#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/models/profiles.h"
#include "ui/models/session.h"
#include "ui/shell/health_dot.h"
#include "ui/shell/navigator.h"
#include "ui/shell/palette_button.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/toasts.h"

namespace hearth::ui {
namespace {

constexpr int kNameWidth = 180;

Health healthOf(bool away, const QVector<Alarm>& alarms) {
    Health worst = away ? Health::Bad : Health::Good;
    for (const Alarm& alarm : alarms) {
        if (alarm.severity == "bad")
            return Health::Bad;
        if (alarm.severity == "attention")
            worst = std::max(worst, Health::Attention);
    }
    return worst;
}

/// A menu that is made anew each time it opens.
template <typename Fill>
void setMenu(Button* button, Fill fill) {
    auto* menu = new QMenu(button);
    button->setMenu(menu);
    QObject::connect(menu, &QMenu::aboutToShow, menu, [menu, fill] {
        menu->clear();
        fill(menu);
    });
}

QString shortened(const QString& text) {
    return QFontMetrics(fontFor(TextRole::Body)).elidedText(text, Qt::ElideRight, kNameWidth);
}

}  // namespace

TopBar::TopBar(AppContext& context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_health(new HealthDot),
      m_node(new Button(ButtonKind::Plain)),
      m_search(new PaletteButton),
      m_jobs(new Button(ButtonKind::Plain, QStringLiteral("fine_tuning"))),
      m_bell(new Button(ButtonKind::Plain, QStringLiteral("bell"))),
      m_account(new Button(ButtonKind::Plain, QStringLiteral("user"))) {
    setFixedHeight(metrics::kTopBarHeight);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::kMargin, 0, metrics::kGap, 0);
    row->setSpacing(metrics::kGrid);
    row->addWidget(m_health);
    row->addWidget(m_node);
    row->addStretch(1);
    row->addWidget(m_search, 2);
    row->addStretch(1);
    for (Button* button : {m_jobs, m_bell, m_account})
        row->addWidget(button);

    m_node->setObjectName("node-switcher");
    m_search->setObjectName("palette-button");
    m_bell->setObjectName("notifications-button");
    m_account->setObjectName("account-button");
    connect(m_search, &PaletteButton::clicked, this, &TopBar::paletteWanted);
    connect(m_bell, &Button::clicked, this, &TopBar::notificationsWanted);
    setMenu(m_node, [this](QMenu* menu) { fillNodeMenu(menu); });
    setMenu(m_account, [this](QMenu* menu) { fillAccountMenu(menu); });
    connect(m_jobs, &Button::clicked, this, [this] { m_context.navigator.open("fine_tuning"); });

    connect(&context.session, &Session::stateChanged, this, &TopBar::showNode);
    connect(&context.session, &Session::interrupted, this, [this](bool away) {
        m_away = away;
        showNode();
    });
    connect(&context.watch, &NodeWatch::alarmsChanged, this, &TopBar::showNode);
    connect(&context.watch, &NodeWatch::jobsChanged, this, &TopBar::showJobs);
    connect(&context.toasts, &Toasts::historyChanged, this, &TopBar::showUnread);
    translated(this, [this] {
        m_search->setText(tr("Search or run a command"));
        m_search->setAccessibleName(tr("Search or run a command"));
        showNode();
        showJobs();
        showUnread();
    });
}

void TopBar::showNode() {
    const auto& profile = m_context.session.profile();
    m_health->setHealth(healthOf(m_away, m_context.watch.alarms()));
    const QString node = profile ? profile->name : tr("No node");
    m_node->setText(shortened(node));
    m_node->setAccessibleName(tr("Node: %1. Switch to another").arg(node));
    const QString name = accountName();
    m_account->setText(shortened(name));
    m_account->setAccessibleName(tr("Account: %1").arg(name));
}

/// The key of a node on this computer is nobody's name.
QString TopBar::accountName() const {
    const Me& me = m_context.session.me();
    const auto& profile = m_context.session.profile();
    return me.kind == "api_key" && profile && profile->isLocal() ? tr("This computer") : me.name;
}

void TopBar::showJobs() {
    const auto& jobs = m_context.watch.jobs();
    const auto active =
        std::count_if(jobs.begin(), jobs.end(), [](const Job& job) { return job.active(); });
    m_jobs->setVisible(active > 0);
    m_jobs->setText(tr("%n job(s)", nullptr, int(active)));
    m_jobs->setAccessibleName(tr("%n job(s) in progress", nullptr, int(active)));
}

void TopBar::showUnread() {
    const int unread = m_context.toasts.unread();
    m_bell->setText(unread > 0 ? formatUnread(unread) : QString());
    m_bell->setName(tr("Notifications (%n unread)", nullptr, unread));
}

QString TopBar::formatUnread(int unread) {
    return unread > 99 ? QStringLiteral("99+") : QString::number(unread);
}

void TopBar::fillNodeMenu(QMenu* menu) {
    auto* group = new QActionGroup(menu);
    for (const NodeProfile& profile : m_context.profiles.all()) {
        QAction* action = menu->addAction(profile.name);
        action->setCheckable(true);
        action->setChecked(m_context.session.profile() &&
                           m_context.session.profile()->id == profile.id);
        group->addAction(action);
        connect(action, &QAction::triggered, this,
                [this, id = profile.id] { m_context.profiles.setCurrent(id); });
    }
    menu->addSeparator();
    menu->addAction(icon("plus"), tr("Add a node…"), this,
                    [this] { m_context.navigator.open("settings", "add-node"); });
    menu->addAction(icon("settings"), tr("Manage nodes"), this,
                    [this] { m_context.navigator.open("settings", "nodes"); });
}

void TopBar::addAppearance(QMenu* menu) {
    const bool dark = Theme::instance().isDark();
    menu->addAction(icon(dark ? "sun" : "moon"), dark ? tr("Light theme") : tr("Dark theme"), this,
                    [this, dark] {
                        m_context.preferences.setTheme(dark ? ThemeMode::Light : ThemeMode::Dark);
                    });
    const bool korean = Language::instance().isKorean();
    menu->addAction(korean ? QStringLiteral("English") : QStringLiteral("한국어"), this,
                    [this, korean] {
                        m_context.preferences.setLanguage(korean ? LanguageChoice::English
                                                                 : LanguageChoice::Korean);
                    });
}

void TopBar::fillAccountMenu(QMenu* menu) {
    const Me& me = m_context.session.me();
    QAction* who = menu->addAction(
        me.department.isEmpty() ? me.name : tr("%1, department %2").arg(me.name, me.department));
    who->setEnabled(false);
    menu->addSeparator();
    addAppearance(menu);
    menu->addAction(icon("settings"), tr("Settings"), this,
                    [this] { m_context.navigator.open("settings"); });
    menu->addSeparator();
    menu->addAction(icon("log_out"), tr("Sign out"), this, [this] { m_context.session.signOut(); });
}

void TopBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), colors().surface);
    painter.fillRect(QRect(0, height() - 1, width(), 1), colors().border);
}

}  // namespace hearth::ui
