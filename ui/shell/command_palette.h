#pragma once
#include <QPointer>
#include <QWidget>
#include <functional>
#include <vector>

class QLineEdit;
class QListView;
class QStandardItemModel;

namespace hearth::ui {

struct PaletteEntry {
    QString title;
    QString group;  // shown muted at the right: "Page", "Run", ...
    QString iconName;
    QString shortcut;  // as people read it
    std::function<void()> run;
};

/// The search over everything (Ctrl+K): type, arrows, Enter. Floats over the window; Esc or a
/// click beside it closes it and gives the focus back.
class CommandPalette : public QWidget {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* window);

    /// `entries` gives those of this moment; it is asked again when the language changes.
    void open(std::function<std::vector<PaletteEntry>()> entries);
    void close();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    void filter(const QString& query);
    void choose(int row);
    void place();
    bool handleKey(int key);

    std::function<std::vector<PaletteEntry>()> m_source;
    std::vector<PaletteEntry> m_entries;
    std::vector<size_t> m_shown;  // indices of m_entries, best first
    QWidget* m_panel;
    QLineEdit* m_search;
    QListView* m_list;
    QStandardItemModel* m_model;
    QPointer<QWidget> m_focusBefore;
};

}  // namespace hearth::ui
