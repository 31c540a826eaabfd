#pragma once
#include <QWidget>

#include "ui/api_client/node_api.h"
#include "ui/pages/fine_tuning/run_facts.h"

namespace hearth::ui {

class Button;
class Card;
class Chart;
class FactsTable;
class ViewHead;

/// Two runs side by side: what differs, both losses in one chart, both evaluations.
class CompareView : public QWidget {
    Q_OBJECT
public:
    explicit CompareView(NodeApi& api, QWidget* parent = nullptr);

    void open(const Job& a, const Job& b, const FileNames& files);

    Chart* chart() const { return m_chart; }
    FactsTable* settings() const { return m_settings; }
    FactsTable* evaluations() const { return m_evaluations; }
    Button* backButton() const;

signals:
    void backWanted();

private:
    void build();
    void showTexts();
    void showRuns();
    void askCurves(int which);
    void take(int which, const JobCurves& curves);

    NodeApi& m_api;
    Job m_runs[2];
    FileNames m_files;
    int m_opening = 0;  // answers to an earlier one are dropped
    ViewHead* m_head;
    Card* m_chartCard;
    Chart* m_chart;
    Card* m_settingsCard;
    FactsTable* m_settings;
    Card* m_evaluationsCard;
    FactsTable* m_evaluations;
};

}  // namespace hearth::ui
