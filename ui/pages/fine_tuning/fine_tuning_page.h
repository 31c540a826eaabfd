// Runs: the list, one of them, two side by side, and a new one.
#pragma once
#include "ui/pages/fine_tuning/run_draft.h"
#include "ui/pages/fine_tuning/run_facts.h"
#include "ui/shell/page.h"

class QStackedWidget;

namespace hearth::ui {

class Button;
class CompareView;
class DataTable;
class NewRunForm;
class RunView;

/// Items to open: a run's id, "new", "new?model=...&file=...", "a,b" to compare.
class FineTuningPage : public Page {
    Q_OBJECT
public:
    explicit FineTuningPage(AppContext& context);

    void openItem(const QString& item) override;
    void shown() override;
    void left() override;
    QVector<PageCommand> commands() override;

    DataTable* table() const { return m_table; }
    RunView* run() const { return m_run; }
    NewRunForm* form() const { return m_form; }
    CompareView* compare() const { return m_compare; }
    QWidget* view() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void build();
    void connectViews();
    void addRowActions();
    void showTexts();
    void showJobs();
    void askFiles();
    void showView(QWidget* view);
    void openRun(const QString& id);
    void openCompare(const QStringList& ids);
    void openForm(const RunDraft& draft = {});
    const Job* find(const QString& id) const;

    QStackedWidget* m_views;
    DataTable* m_table;
    RunView* m_run;
    NewRunForm* m_form;
    CompareView* m_compare;
    Button* m_new;
    Button* m_compareButton;
    FileNames m_files;
    bool m_jobsKnown = false;
};

}  // namespace hearth::ui
