#pragma once
#include <QTimer>
#include <QWidget>

#include "ui/api_client/node_api.h"
#include "ui/pages/fine_tuning/run_facts.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

class Banner;
class Button;
class Card;
class ExpertCurves;
class FactsTable;
class LogView;
class ProgressRow;
class RecordCard;
class RunCurves;
class StatusPill;
class ViewHead;

/// One run: how far, its curves, log, checkpoints, evaluations, settings. Asks the node every
/// 2 s while it is shown and the run has not ended.
class RunView : public QWidget {
    Q_OBJECT
public:
    explicit RunView(NodeApi& api, QWidget* parent = nullptr);

    /// Whether this user may cancel and start runs.
    void setMayRun(bool may);

    /// `known` fills in at once what a list has told already; its id alone is enough.
    void open(const Job& known, const FileNames& files);
    void pause();
    const Job& job() const { return m_job; }

    RunCurves* curves() const { return m_curves; }
    ExpertCurves* experts() const { return m_experts; }
    Button* chatButton() const { return m_chat; }
    Button* backButton() const;
    ProgressRow* progress() const { return m_progress; }
    LogView* log() const { return m_log; }
    FactsTable* evaluations() const { return m_evaluations; }
    FactsTable* checkpoints() const { return m_checkpoints; }
    RecordCard* record() const { return m_record; }

signals:
    void backWanted();
    void chatWanted(const QString& model);
    /// "The same again": a new run with these settings.
    void againWanted(const hearth::ui::Job& job);
    void changed();  // cancelled or ended: lists are old

private:
    void build();
    QWidget* buildHeader();
    QWidget* buildColumns();
    void showTexts();
    void showJob();
    void showProgress();
    /// With a way to try again, unless the run itself is what is wrong.
    void showTrouble(const QString& text, Tone tone);
    void showCheckpoints();
    void ask();
    void askJob();
    void askCurves();
    void askEvents();
    void askCheckpoints();
    /// Whether an answer is to the present run's present round; counts it then.
    bool accept(int opening);
    void askCancel();
    void cancel();

    NodeApi& m_api;
    bool m_mayRun = true;
    Job m_job;
    FileNames m_files;
    QVector<Checkpoint> m_found;
    QString m_lastEvent;
    QTimer m_clock;
    int m_opening = 0;  // answers to an earlier one are dropped
    int m_pending = 0;  // answers that the last round still waits for
    bool m_cancelling = false;

    ViewHead* m_head = nullptr;
    StatusPill* m_status = nullptr;
    Button* m_again = nullptr;
    Button* m_chat = nullptr;
    Banner* m_trouble = nullptr;
    Card* m_progressCard = nullptr;
    ProgressRow* m_progress = nullptr;
    Card* m_curvesCard = nullptr;
    RunCurves* m_curves = nullptr;
    Card* m_expertsCard = nullptr;
    ExpertCurves* m_experts = nullptr;
    Card* m_logCard = nullptr;
    LogView* m_log = nullptr;
    Card* m_evaluationsCard = nullptr;
    FactsTable* m_evaluations = nullptr;
    Card* m_checkpointsCard = nullptr;
    FactsTable* m_checkpoints = nullptr;
    Card* m_originCard = nullptr;
    FactsTable* m_origin = nullptr;
    Card* m_settingsCard = nullptr;
    FactsTable* m_settings = nullptr;
    RecordCard* m_record = nullptr;
};

}  // namespace hearth::ui
