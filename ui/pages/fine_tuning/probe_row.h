#pragma once
#include <QTimer>
#include <QWidget>

#include "ui/api_client/node_api.h"

namespace hearth::ui {

class IconLabel;
class Label;
class ProgressRow;

/// A few steps trained on trial, to know what a whole run would take: how far, then the answer.
class ProbeRow : public QWidget {
    Q_OBJECT
public:
    explicit ProbeRow(NodeApi& api, QWidget* parent = nullptr);

    /// `job`: the body of POST /v1/fine_tuning/jobs.
    void begin(const QJsonObject& job);
    /// What it says is about other settings; a trial under way is cancelled.
    void clear();
    /// From begin() until there is an answer.
    bool isBusy() const { return m_asked || m_operation.runs(); }
    ProgressRow* progress() const { return m_progress; }
    QString answer() const;

signals:
    /// The node does not even begin it.
    void refused(const hearth::ui::ApiFailure& failure);

private:
    void ask();
    void cancel();
    void take(const Operation& operation);
    void describe();

    NodeApi& m_api;
    Operation m_operation;
    bool m_asked = false;  // the node has not answered to begin() yet
    bool m_cancelling = false;
    int m_begun = 0;  // answers to an earlier one are dropped
    QTimer m_clock;

    ProgressRow* m_progress;
    QWidget* m_answerRow;
    IconLabel* m_icon;
    Label* m_answer;
};

}  // namespace hearth::ui
