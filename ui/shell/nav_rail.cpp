#include "ui/shell/nav_rail.h"

#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/shell/nav_button.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/widgets/label.h"

namespace hearth::ui {
namespace {

constexpr int kSide = 8;

/// The product's flame, in the accent colour.
class Flame : public QWidget {
public:
    Flame() { setFixedSize(24, 24); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        paintIcon(painter, rect(), "flame", colors().accent);
    }
};

}  // namespace

NavRail::NavRail(QWidget* parent) : QWidget(parent) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(kSide, 0, kSide, kSide);
    column->setSpacing(2);
    addBrand(column);
    for (const NavGroup group :
         {NavGroup::Operate, NavGroup::Build, NavGroup::Govern, NavGroup::Node})
        addGroup(column, group);
    column->addStretch(1);
    addCollapseButton(column);
    setCollapsed(false);
    translated(this, [this] { setAccessibleName(tr("Navigation")); });
}

void NavRail::addBrand(QVBoxLayout* column) {
    auto* brand = new QWidget;
    brand->setFixedHeight(metrics::kTopBarHeight);
    auto* row = new QHBoxLayout(brand);
    row->setContentsMargins(kSide, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(new Flame);
    m_word = new Label(QStringLiteral("Hearth"), TextRole::Section);
    row->addWidget(m_word, 1);
    column->addWidget(brand);
}

void NavRail::addGroup(QVBoxLayout* column, NavGroup group) {
    auto* heading = new Label(TextRole::Caption, Tone::Muted);
    heading->setContentsMargins(10, 12, 0, 4);
    translated(heading, [heading, group] { heading->setText(groupTitle(group)); });
    column->addWidget(heading);
    m_headings.push_back({group, heading});
    for (const PageInfo& page : pageRegistry())
        if (page.group == group)
            addEntry(column, page);
}

void NavRail::addEntry(QVBoxLayout* column, const PageInfo& page) {
    auto* button = new NavButton(page.icon);
    button->setObjectName(QStringLiteral("nav-%1").arg(page.id));
    translated(button, [button, &page] {
        button->setText(page.titleText());
        button->setToolTip(page.titleText());
        button->setAccessibleName(page.titleText());
    });
    connect(button, &NavButton::clicked, this, [this, id = page.id] { emit chosen(id); });
    column->addWidget(button);
    m_entries.push_back({&page, button});
}

void NavRail::addCollapseButton(QVBoxLayout* column) {
    m_collapse = new NavButton("menu");
    m_collapse->setCheckable(false);
    m_collapse->setAutoExclusive(false);
    m_collapse->setObjectName("nav-collapse");
    translated(m_collapse, [this] {
        m_collapse->setText(tr("Collapse"));
        m_collapse->setToolTip(tr("Collapse or widen the navigation (Ctrl+B)"));
        m_collapse->setAccessibleName(tr("Collapse or widen the navigation"));
    });
    connect(m_collapse, &NavButton::clicked, this, [this] { emit collapseToggled(!m_collapsed); });
    column->addWidget(m_collapse);
}

void NavRail::setCurrent(const QString& pageId) {
    for (const Entry& entry : m_entries)
        entry.button->setChecked(pageId == entry.page->id);
}

void NavRail::setCollapsed(bool collapsed) {
    m_collapsed = collapsed;
    setFixedWidth(collapsed ? metrics::kNavCollapsed : metrics::kNavWidth);
    m_word->setVisible(!collapsed);
    for (const Entry& entry : m_entries)
        entry.button->setCollapsed(collapsed);
    m_collapse->setCollapsed(collapsed);
    showHeadings();
}

void NavRail::filter(const std::function<bool(const PageInfo&)>& allowed) {
    for (const Entry& entry : m_entries)
        entry.button->setVisible(allowed(*entry.page));
    showHeadings();
}

void NavRail::showHeadings() {
    for (const Heading& heading : m_headings) {
        const bool any = std::any_of(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
            return entry.page->group == heading.group && !entry.button->isHidden();
        });
        heading.label->setVisible(any && !m_collapsed);
    }
}

void NavRail::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Down)
        focusNextChild();
    else if (event->key() == Qt::Key_Up)
        focusPreviousChild();
    else
        QWidget::keyPressEvent(event);
}

void NavRail::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), colors().surface);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), colors().border);
}

}  // namespace hearth::ui
