#pragma once
#include <QWidget>

#include "ui/api_client/node_api.h"

class QVBoxLayout;

namespace hearth::ui {

class Banner;
class Card;
class ComboBox;
class FactsTable;
class FormField;
class IconLabel;
class Label;
class LengthBars;
class MaskView;
class Skeleton;
class VersionsCard;

/// The node's report on training data: whether a run may take it, what was found and what to do,
/// how long the rows are, and what a model would learn from them.
class ReportView : public QWidget {
    Q_OBJECT
public:
    explicit ReportView(NodeApi& api, QWidget* parent = nullptr);

    /// Asks for models and files to choose from, and for the report.
    void open(const DataFile& file);

    ComboBox* model() const { return m_model; }
    ComboBox* against() const { return m_against; }
    Label* verdict() const { return m_verdict; }
    Card* masksCard() const { return m_masksCard; }
    MaskView* masks() const { return m_masks; }
    VersionsCard* versions() const { return m_versions; }
    const std::optional<DataReport>& report() const { return m_report; }

private:
    void build();
    QWidget* buildQuestion();
    QWidget* buildVerdict();
    void showTexts();
    void fillChoices();
    void askChoices();
    void ask();
    void take(const Outcome<DataReport>& report);
    void showReport();
    void showFindings();
    void showLengths();

    NodeApi& m_api;
    DataFile m_file;
    QVector<Model> m_models;
    QVector<DataFile> m_files;
    std::optional<DataReport> m_report;
    int m_asked = 0;  // answers to earlier questions are dropped

    FormField* m_modelField = nullptr;
    FormField* m_againstField = nullptr;
    ComboBox* m_model = nullptr;
    ComboBox* m_against = nullptr;
    Banner* m_trouble = nullptr;
    Skeleton* m_reading = nullptr;
    QWidget* m_content = nullptr;
    Card* m_verdictCard = nullptr;
    IconLabel* m_verdictIcon = nullptr;
    Label* m_verdict = nullptr;
    Label* m_recognised = nullptr;
    QVBoxLayout* m_findings = nullptr;
    Card* m_lengthsCard = nullptr;
    LengthBars* m_bars = nullptr;
    FactsTable* m_lengths = nullptr;
    Label* m_truncation = nullptr;
    Card* m_masksCard = nullptr;
    MaskView* m_masks = nullptr;
    VersionsCard* m_versions = nullptr;
};

}  // namespace hearth::ui
