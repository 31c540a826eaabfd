#pragma once
#include <QTimer>
#include <QWidget>

#include "ui/api_client/node_api.h"
#include "ui/pages/schedules/schedule_draft.h"
#include "ui/pages/schedules/schedule_texts.h"

class QVBoxLayout;

namespace hearth::ui {

class Button;
class Card;
class ComboBox;
class FactsTable;
class FormField;
class FormSheet;
class HoursEditor;
class Label;
class LineField;
class RepeatEditor;
class SegmentedControl;

/// A schedule, new or changed: checked as one types, with the starts that would come of it.
class ScheduleForm : public QWidget {
    Q_OBJECT
public:
    explicit ScheduleForm(NodeApi& api, QWidget* parent = nullptr);

    /// Whether this user may go before other departments.
    void setMayBeUrgent(bool may);
    /// Takes over what `draft` says, and asks the node for models, files, runs and schedules.
    void begin(const ScheduleDraft& draft);
    ScheduleDraft draft() const;

    FormField* field(ScheduleField which) const { return m_fields.value(int(which)); }
    SegmentedControl* whenKind() const { return m_kind; }
    RepeatEditor* repeat() const { return m_repeat; }
    HoursEditor* windows() const { return m_windows; }
    FactsTable* starts() const { return m_starts; }
    Label* startsNote() const { return m_startsNote; }
    FormSheet* sheet() const { return m_sheet; }
    Button* saveButton() const { return m_save; }
    bool isReady() const { return m_modelsKnown && m_filesKnown; }

signals:
    void saved(const hearth::ui::Schedule& schedule, bool isNew);
    void cancelled();

private:
    void build();
    QWidget* buildWhat();
    QWidget* buildWhen();
    QWidget* buildStarts();
    QWidget* buildRules();
    FormField* add(ScheduleField which, QWidget* editor, QVBoxLayout* column);
    void connectParts();
    void showTexts();
    void fillWords();
    void showKind();
    void askNode();
    void fillModels();
    void fillData();
    void fillPredecessors();
    void changed();
    void showProblems(bool all);
    void askStarts();
    void takeStarts(const Outcome<ComingStarts>& coming);
    void showStarts();
    QString startsNoteText() const;
    void submit();
    void focus(ScheduleField which);
    void showRefusal(const ApiFailure& failure);

    NodeApi& m_api;
    QVector<FormField*> m_fields;  // by ScheduleField
    FormSheet* m_sheet = nullptr;
    Card* m_whatCard = nullptr;
    Card* m_whenCard = nullptr;
    Card* m_startsCard = nullptr;
    Card* m_rulesCard = nullptr;
    LineField* m_name = nullptr;
    ComboBox* m_model = nullptr;
    ComboBox* m_data = nullptr;
    LineField* m_suffix = nullptr;
    LineField* m_epochs = nullptr;
    LineField* m_rate = nullptr;
    SegmentedControl* m_kind = nullptr;
    RepeatEditor* m_repeat = nullptr;
    LineField* m_at = nullptr;
    ComboBox* m_after = nullptr;
    ComboBox* m_afterStatus = nullptr;
    Label* m_changeNote = nullptr;
    LineField* m_zone = nullptr;
    HoursEditor* m_windows = nullptr;
    LineField* m_blackouts = nullptr;
    ComboBox* m_missed = nullptr;
    ComboBox* m_overlap = nullptr;
    ComboBox* m_priority = nullptr;
    FactsTable* m_starts = nullptr;
    Label* m_startsNote = nullptr;
    Button* m_save = nullptr;
    Button* m_cancel = nullptr;

    ScheduleDraft m_wanted;  // what is not shown, and choices until the node has told them
    QVector<Model> m_models;
    QVector<DataFile> m_files;
    QVector<Job> m_jobs;
    QVector<Schedule> m_schedules;
    std::optional<ComingStarts> m_coming;
    std::optional<ScheduleProblem> m_startsProblem;  // that the node has with the times
    QTimer m_soon;                                   // a preview for each keystroke is too many
    int m_asked = 0;
    bool m_begun = false;
    bool m_modelsKnown = false;
    bool m_filesKnown = false;
    bool m_mayBeUrgent = false;
    bool m_tried = false;  // problems of untouched fields show only then
};

}  // namespace hearth::ui
