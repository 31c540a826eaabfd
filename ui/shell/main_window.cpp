#include "ui/shell/main_window.h"

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/models/node_watch.h"
#include "ui/models/preferences.h"
#include "ui/models/session.h"
#include "ui/shell/command_palette.h"
#include "ui/shell/nav_rail.h"
#include "ui/shell/navigator.h"
#include "ui/shell/notifications.h"
#include "ui/shell/page.h"
#include "ui/shell/palette_entries.h"
#include "ui/shell/screens/session_screen.h"
#include "ui/shell/top_bar.h"
#include "ui/shell/trouble_bar.h"
#include "ui/theme/tokens.h"

namespace hearth::ui {
namespace {

constexpr QSize kFirstSize{1280, 800};
constexpr QSize kSmallest{880, 560};
constexpr int kNarrow = 1080;  // below it the navigation shows icons only
constexpr const char* kGeometry = "window/geometry";
constexpr const char* kLastPage = "window/page";
constexpr const char* kNavCollapsed = "window/navigation_collapsed";

}  // namespace

MainWindow::MainWindow() {
    setMinimumSize(kSmallest);
    resize(kFirstSize);
    setWindowTitle(QStringLiteral("Hearth"));
}

void MainWindow::build(AppContext& context) {
    m_context = &context;
    m_stack = new QStackedWidget;
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(m_stack);
    m_stack->addWidget(new SessionScreen(context));
    buildFrame();
    m_stack->addWidget(m_frame);
    m_palette = new CommandPalette(this);
    bindShortcuts();
    restoreGeometry(context.preferences.value(kGeometry).toByteArray());
    connect(&context.session, &Session::stateChanged, this, &MainWindow::followSession);
    connect(&context.navigator, &Navigator::requested, this, &MainWindow::openPage);
    followSession();
}

void MainWindow::clear() {
    m_pages.clear();
    delete std::exchange(m_stack, nullptr);
    delete std::exchange(m_palette, nullptr);
    m_context = nullptr;
}

void MainWindow::buildFrame() {
    m_frame = new QWidget;
    m_nav = new NavRail;
    m_top = new TopBar(*m_context);
    m_content = new QStackedWidget;
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_top);
    right->addWidget(m_content, 1);
    right->addWidget(new TroubleBar(*m_context));
    auto* row = new QHBoxLayout(m_frame);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_nav);
    row->addLayout(right, 1);
    m_notifications = new Notifications(m_context->toasts, m_frame);
    connect(m_nav, &NavRail::chosen, this, [this](const QString& id) { openPage(id); });
    connect(m_nav, &NavRail::collapseToggled, this, &MainWindow::setNavCollapsed);
    connect(m_top, &TopBar::paletteWanted, this, &MainWindow::openPalette);
    connect(m_top, &TopBar::notificationsWanted, m_notifications, &Notifications::open);
}

void MainWindow::bindShortcuts() {
    const auto bind = [this](const QKeySequence& keys, auto run) {
        auto* shortcut = new QShortcut(keys, this);
        connect(shortcut, &QShortcut::activated, this, run);
    };
    bind(QKeySequence("Ctrl+K"), [this] { openPalette(); });
    bind(QKeySequence("Ctrl+B"), [this] { setNavCollapsed(!m_nav->isCollapsed()); });
    bind(QKeySequence::Quit, [this] { close(); });
    int number = 1;
    for (const PageInfo& page : pageRegistry())
        if (number <= 9)
            bind(QKeySequence(QStringLiteral("Ctrl+%1").arg(number++)),
                 [this, id = page.id] { openPage(id); });
}

void MainWindow::followSession() {
    Session& session = m_context->session;
    if (session.state() != SessionState::Ready) {
        m_stack->setCurrentIndex(0);
        return;
    }
    showFrame();
}

/// Pages belong to one user of one node: another one gets new ones.
void MainWindow::showFrame() {
    Session& session = m_context->session;
    const QString key = session.profile()->id + '/' + session.me().name;
    m_nav->filter([this](const PageInfo& page) { return mayOpen(page); });
    m_stack->setCurrentWidget(m_frame);
    if (key == m_sessionKey)
        return;
    m_sessionKey = key;
    qDeleteAll(std::exchange(m_pages, {}));
    m_current.clear();
    fitNavigation();
    m_content->setFocus();  // not on the navigation's first entry
    const QString last = m_context->preferences.value(kLastPage).toString();
    openPage(findPage(last) ? last : QString(pageRegistry().front().id));
}

bool MainWindow::mayOpen(const PageInfo& info) const {
    return m_context->session.may(info.permission);
}

Page* MainWindow::makePage(const PageInfo& info) {
    Page* page = info.create(*m_context);
    page->setObjectName(QStringLiteral("page-%1").arg(info.id));
    translated(page, [page, &info] { page->setTexts(info.titleText(), info.helpText()); });
    m_content->addWidget(page);
    m_pages.insert(info.id, page);
    return page;
}

void MainWindow::openPage(const QString& id, const QString& item) {
    const PageInfo* info = findPage(id);
    if (!info || m_sessionKey.isEmpty())
        return;
    if (!mayOpen(*info))  // a remembered page of somebody who could do more
        return openFirstAllowed();
    Page* before = m_pages.value(m_current);
    Page* page = m_pages.value(id);
    if (!page)
        page = makePage(*info);
    // Somebody who goes through the navigation by keyboard stays in it.
    const bool walksNavigation = m_nav->isAncestorOf(focusWidget());
    if (page != before) {
        if (before)
            before->left();
        m_current = id;
        m_nav->setCurrent(id);
        m_content->setCurrentWidget(page);
        bindPageCommands(page);
        if (!walksNavigation)
            page->setFocus();
        m_context->preferences.setValue(kLastPage, id);
        page->shown();
    }
    if (!item.isEmpty())
        page->openItem(item);
}

void MainWindow::openFirstAllowed() {
    for (const PageInfo& page : pageRegistry())
        if (mayOpen(page))
            return openPage(page.id);
}

void MainWindow::bindPageCommands(Page* page) {
    qDeleteAll(std::exchange(m_pageShortcuts, {}));
    for (const PageCommand& command : page->commands()) {
        if (command.shortcut.isEmpty())
            continue;
        auto* shortcut = new QShortcut(command.shortcut, page);
        connect(shortcut, &QShortcut::activated, page, command.run);
        m_pageShortcuts.push_back(shortcut);
    }
}

void MainWindow::setNavCollapsed(bool collapsed) {
    m_nav->setCollapsed(collapsed);
    m_context->preferences.setValue(kNavCollapsed, collapsed);
}

/// The user's choice, unless the window is too narrow for it.
void MainWindow::fitNavigation() {
    if (m_context)
        m_nav->setCollapsed(width() < kNarrow ||
                            m_context->preferences.value(kNavCollapsed, false).toBool());
}

void MainWindow::openPalette() {
    if (m_context->session.state() != SessionState::Ready)
        return;
    m_palette->open([this] {
        return paletteEntries(*m_context, m_pages.value(m_current),
                              [this](const PageInfo& page) { return mayOpen(page); });
    });
}

void MainWindow::resizeEvent(QResizeEvent*) {
    fitNavigation();
}

void MainWindow::showEvent(QShowEvent*) {
    if (m_context)
        m_context->watch.setWindowVisible(true);
}

void MainWindow::hideEvent(QHideEvent*) {
    if (m_context)
        m_context->watch.setWindowVisible(false);
}

void MainWindow::changeEvent(QEvent* event) {
    if (event->type() == QEvent::WindowStateChange && m_context)
        m_context->watch.setWindowVisible(!isMinimized());
}

void MainWindow::closeEvent(QCloseEvent* event) {
    if (m_context)
        m_context->preferences.setValue(kGeometry, saveGeometry());
    event->accept();
}

}  // namespace hearth::ui
