#pragma once
#include <QMap>
#include <QWidget>

#include "ui/api_client/node_types.h"

namespace hearth::ui {

class Chart;
class Label;
class SegmentedControl;

/// What a run does to the experts of the model: load, evenness, dead experts or drift, over the
/// steps, of the worst and the middle layer; and a sentence about the worst layer now.
class ExpertCurves : public QWidget {
    Q_OBJECT
public:
    explicit ExpertCurves(QWidget* parent = nullptr);

    /// For another run: everything empty.
    void reset();
    /// Takes the series experts/LAYER/NAME; overlaps do no harm.
    void take(const JobCurves& curves);
    /// No layer with experts has reported yet.
    bool isEmpty() const { return m_values.isEmpty(); }

    SegmentedControl* measure() const { return m_measure; }
    Chart* chart() const { return m_chart; }
    /// About the worst layer of the newest step.
    QString sentence() const;

private:
    using Steps = QMap<qint64, QMap<int, double>>;  // by step and layer
    void showTexts();
    void showValues();

    SegmentedControl* m_measure;
    Chart* m_chart;
    Label* m_sentence;
    QMap<QString, Steps> m_values;  // by measure: "load", "entropy", "dead", "drift"
};

}  // namespace hearth::ui
