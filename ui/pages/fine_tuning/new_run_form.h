#pragma once
#include <QPointer>
#include <QWidget>

#include "ui/api_client/node_api.h"
#include "ui/pages/fine_tuning/run_draft.h"

class QVBoxLayout;

namespace hearth::ui {

class Button;
class Card;
class ComboBox;
class FileChecks;
class FormField;
class FormSheet;
class Label;
class LineField;
class ProbeRow;

/// Everything that a run needs, checked as one types; what is left empty the node decides.
class NewRunForm : public QWidget {
    Q_OBJECT
public:
    explicit NewRunForm(NodeApi& api, QWidget* parent = nullptr);

    /// Clears it, asks the node for models and files, and takes over what `draft` already says.
    void begin(const RunDraft& draft = {});
    RunDraft draft() const;
    FormField* field(DraftField which) const { return m_fields.value(int(which)); }
    Button* startButton() const { return m_start; }
    Button* probeButton() const { return m_try; }
    ProbeRow* probe() const { return m_probe; }
    bool isReady() const { return m_modelsKnown && m_filesKnown; }

signals:
    void started(const hearth::ui::Job& job);
    void cancelled();
    void filesWanted();  // there is none, or not the right one

private:
    void build();
    QWidget* buildWhat();
    QWidget* buildSettings();
    FormField* add(DraftField which, QWidget* editor, QVBoxLayout* column);
    LineField* addNumber(DraftField which, QVBoxLayout* column);
    void showTexts();
    void showHelp();
    void askNode();
    void fillModels();
    void fillFiles();
    void changed();
    void showProblems(bool all);
    void submit();
    void tryOut();
    bool isComplete();
    void showRefusal(const ApiFailure& failure);

    NodeApi& m_api;
    QVector<FormField*> m_fields;  // by DraftField
    Card* m_whatCard = nullptr;
    Card* m_settingsCard = nullptr;
    ComboBox* m_model = nullptr;
    ComboBox* m_training = nullptr;
    ComboBox* m_validation = nullptr;
    FileChecks* m_evaluations = nullptr;
    LineField* m_suffix = nullptr;
    Label* m_name = nullptr;
    LineField* m_epochs = nullptr;
    LineField* m_rank = nullptr;
    LineField* m_alpha = nullptr;
    LineField* m_rate = nullptr;
    LineField* m_batch = nullptr;
    FormSheet* m_sheet = nullptr;
    Button* m_files = nullptr;
    Button* m_cancel = nullptr;
    Button* m_start = nullptr;
    Button* m_try = nullptr;
    ProbeRow* m_probe = nullptr;
    QVector<Model> m_models;
    QVector<DataFile> m_data;
    RunDraft m_wanted;
    QJsonObject m_tryOut;  // the job that the probe is about
    bool m_modelsKnown = false;
    bool m_filesKnown = false;
    bool m_tried = false;  // problems of untouched fields show only then
};

}  // namespace hearth::ui
