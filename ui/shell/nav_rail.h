#pragma once
#include <QWidget>
#include <functional>
#include <vector>

#include "ui/pages/page_registry.h"

class QToolButton;
class QVBoxLayout;

namespace hearth::ui {

class Label;
class NavButton;

/// The navigation at the left, made from the page registry. Pages that the user may not see are
/// left out. Arrow keys move between its entries.
class NavRail : public QWidget {
    Q_OBJECT
public:
    explicit NavRail(QWidget* parent = nullptr);

    void setCurrent(const QString& pageId);
    void setCollapsed(bool collapsed);
    bool isCollapsed() const { return m_collapsed; }
    /// Hides what `allowed` refuses, and headings without entries.
    void filter(const std::function<bool(const PageInfo&)>& allowed);

signals:
    void chosen(const QString& pageId);
    void collapseToggled(bool collapsed);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void paintEvent(QPaintEvent*) override;

private:
    struct Entry {
        const PageInfo* page;
        NavButton* button;
    };
    struct Heading {
        NavGroup group;
        Label* label;
    };

    void addBrand(QVBoxLayout* column);
    void addGroup(QVBoxLayout* column, NavGroup group);
    void addEntry(QVBoxLayout* column, const PageInfo& page);
    void addCollapseButton(QVBoxLayout* column);
    void showHeadings();

    std::vector<Entry> m_entries;
    std::vector<Heading> m_headings;
    Label* m_word = nullptr;
    NavButton* m_collapse = nullptr;
    bool m_collapsed = false;
};

}  // namespace hearth::ui
