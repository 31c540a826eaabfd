// A chart to put on a card: title, legend, plot, the table behind it, and what it can be saved as.
#pragma once
#include <QWidget>

#include "ui/widgets/chart/chart_data.h"

class QMenu;
class QCheckBox;
class QStackedLayout;

namespace hearth::ui {

class Button;
class ChartTable;
class Label;
class Legend;
class Plot;

/// Keys, wherever the focus is inside: T shows the table and the plot again, S smooths. The rest
/// is the plot's (plot.h). Stands on a surface; draws none itself.
class Chart : public QWidget {
    Q_OBJECT
public:
    explicit Chart(ChartOptions options, QWidget* parent = nullptr);

    /// `unit` follows the title, muted: "tokens a second". Both name the chart for screen readers.
    void setTitle(const QString& title, const QString& unit = {});
    /// What x is, as a column heading; "Step" or "Time" unless given.
    void setXName(const QString& name);

    /// The curves: add, append, clear, smooth.
    ChartData& data() { return *m_data; }
    /// Pan, zoom and cross-hair in common with `other` from now on.
    void linkWith(Chart* other);

    /// A skeleton until values come.
    void setLoading(bool loading);
    /// In place of "No values yet".
    void setEmptyText(const QString& text);

    void setSmooth(bool smooth);
    bool isSmooth() const;
    void setTableShown(bool shown);
    bool isTableShown() const;

    /// The visible span of the visible curves.
    QByteArray csv() const;
    /// As on the screen, at twice its resolution, on the surface colour.
    QImage image();
    /// Written beside the event loop; saved() or saveFailed() follows.
    void saveCsv(const QString& path);
    void savePng(const QString& path);

    Plot* plot() const { return m_plot; }
    Legend* legend() const { return m_legend; }

signals:
    void saved(const QString& path);
    void saveFailed(const QString& path, const QString& why);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void build();
    void buildMenu();
    void showTexts();
    void fillTable();
    QString xName() const;
    void askForFile(const QString& filter, const QString& suffix,
                    void (Chart::*save)(const QString&));
    void tellSaved(const QString& path, const QString& why);

    ChartData* m_data;
    Label* m_title;
    Label* m_unit;
    Legend* m_legend;
    QCheckBox* m_smooth;
    Button* m_tableButton;
    Button* m_menuButton;
    QMenu* m_menu;
    Plot* m_plot;
    ChartTable* m_table;
    QStackedLayout* m_pages;
    QString m_emptyText;
    QString m_xName;
};

}  // namespace hearth::ui
