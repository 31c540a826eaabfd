#pragma once
#include <QMap>
#include <QWidget>

#include "ui/api_client/node_types.h"

namespace hearth::ui {

class Chart;

/// The loss of a run (of one that rewards answers, the reward), and its learning rate below, over
/// the same steps.
class RunCurves : public QWidget {
    Q_OBJECT
public:
    explicit RunCurves(QWidget* parent = nullptr);

    /// For another run: everything empty, skeletons until something comes.
    void reset();
    /// Appends what is new. Steps that are there already are left out, so overlaps do no harm.
    void take(const JobCurves& curves);
    /// Ask the node for what comes after this. One step back from the newest, since a validation
    /// loss comes later than the training loss of its step; -1 before anything came.
    qint64 askAfter() const;

    Chart* loss() const { return m_loss; }
    Chart* rate() const { return m_rate; }

private:
    void showTexts();
    void beginSeries();
    QString nameOf(const QString& series) const;
    void append(Chart* chart, int series, const Curve& curve);

    Chart* m_loss;
    Chart* m_rate;
    bool m_rewards = false;
    QMap<QString, int> m_series;  // of the loss chart, by the node's name
    qint64 m_lastStep = -1;
};

}  // namespace hearth::ui
