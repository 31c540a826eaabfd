// Names of a chart's curves; each is a check box that shows or hides its curve.
#pragma once
#include <QCheckBox>
#include <QWidget>

#include "ui/widgets/chart/chart_data.h"

namespace hearth::ui {

class FlowLayout;

/// Shows its accessible name; the text stays empty, since names may hold an ampersand that is no
/// mnemonic.
class LegendEntry : public QCheckBox {
    Q_OBJECT
public:
    explicit LegendEntry(int series, QWidget* parent = nullptr);

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool hitButton(const QPoint& at) const override { return rect().contains(at); }

private:
    int m_series;
};

/// Hidden while there is but one curve.
class Legend : public QWidget {
    Q_OBJECT
public:
    /// REQUIRES: `data` outlives it.
    explicit Legend(ChartData* data, QWidget* parent = nullptr);

    LegendEntry* entry(int series) const { return m_entries.at(series); }

private:
    void rebuild();
    void follow();

    ChartData* m_data;
    FlowLayout* m_flow;
    QList<LegendEntry*> m_entries;
};

}  // namespace hearth::ui
