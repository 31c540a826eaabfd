#include "ui/pages/datasets/report_view.h"

#include <QHBoxLayout>
#include <QScrollArea>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/datasets/finding_row.h"
#include "ui/pages/datasets/length_bars.h"
#include "ui/pages/datasets/mask_view.h"
#include "ui/pages/datasets/report_texts.h"
#include "ui/pages/datasets/versions_card.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/form_field.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/scrolled.h"
#include "ui/widgets/skeleton.h"

namespace hearth::ui {
namespace {

constexpr int kVerdictIcon = 24;

QString iconOf(Tone tone) {
    return tone == Tone::Good ? "check" : tone == Tone::Bad ? "error" : "warning";
}

}  // namespace

ReportView::ReportView(NodeApi& api, QWidget* parent) : QWidget(parent), m_api(api) {
    build();
    connect(m_model, &ComboBox::chosen, this, &ReportView::ask);
    connect(m_against, &ComboBox::chosen, this, &ReportView::ask);
    connect(m_trouble, &Banner::actionClicked, this, &ReportView::ask);
    translated(this, [this] { showTexts(); });
}

void ReportView::build() {
    m_content = new QWidget;
    auto* cards = new QHBoxLayout(m_content);
    cards->setContentsMargins(0, 0, 0, 0);
    cards->setSpacing(metrics::kGap);
    auto* right = new QVBoxLayout;
    right->setSpacing(metrics::kGap);
    m_lengthsCard = new Card;
    m_bars = new LengthBars;
    m_lengths = new FactsTable;
    m_truncation = new Label(TextRole::Body, Tone::Muted);
    m_truncation->setWordWrap(true);
    for (QWidget* part : {static_cast<QWidget*>(m_bars), static_cast<QWidget*>(m_lengths),
                          static_cast<QWidget*>(m_truncation)})
        m_lengthsCard->body()->addWidget(part);
    m_masksCard = new Card;
    m_masks = new MaskView;
    m_masksCard->body()->addWidget(m_masks);
    right->addWidget(m_lengthsCard);
    right->addWidget(m_masksCard);
    m_versions = new VersionsCard(m_api);
    right->addWidget(m_versions);
    right->addStretch(1);
    cards->addWidget(buildVerdict(), 3, Qt::AlignTop);
    cards->addLayout(right, 2);

    auto* page = new QWidget;
    auto* rows = new QVBoxLayout(page);
    rows->setContentsMargins(0, 0, metrics::kGrid, 0);
    rows->setSpacing(metrics::kGap);
    m_trouble = new Banner;
    m_trouble->setTone(Tone::Bad);
    m_trouble->hide();
    m_reading = new Skeleton(4);
    rows->addWidget(buildQuestion());
    rows->addWidget(m_trouble);
    rows->addWidget(m_reading);
    rows->addWidget(m_content);
    rows->addStretch(1);
    auto* scroll = scrolled(page);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
}

QWidget* ReportView::buildQuestion() {
    auto* question = new QWidget;
    auto* row = new QHBoxLayout(question);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGap);
    m_model = new ComboBox;
    m_against = new ComboBox;
    m_modelField = new FormField(m_model);
    m_againstField = new FormField(m_against);
    row->addWidget(m_modelField, 1, Qt::AlignTop);
    row->addWidget(m_againstField, 1, Qt::AlignTop);
    return question;
}

QWidget* ReportView::buildVerdict() {
    m_verdictCard = new Card;
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    m_verdictIcon = new IconLabel("check", kVerdictIcon);
    m_verdict = new Label(TextRole::Section);
    m_recognised = new Label(TextRole::Body, Tone::Muted);
    for (Label* label : {m_verdict, m_recognised})
        label->setWordWrap(true);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_verdict);
    words->addWidget(m_recognised);
    head->addWidget(m_verdictIcon, 0, Qt::AlignTop);
    head->addLayout(words, 1);
    m_findings = new QVBoxLayout;
    m_findings->setSpacing(12);
    m_verdictCard->body()->addLayout(head);
    m_verdictCard->body()->addLayout(m_findings);
    return m_verdictCard;
}

void ReportView::showTexts() {
    m_modelField->setLabel(tr("For the model"));
    m_modelField->setHelp(tr("Counts its tokens, and shows what it would learn from."));
    m_againstField->setLabel(tr("Compare with test data"));
    m_againstField->setHelp(tr("Finds questions that stand in both."));
    m_trouble->setAction(tr("Try again"));
    m_lengthsCard->setTitle(tr("How long the rows are"));
    m_lengths->setName(tr("How long the rows are"));
    m_bars->setAccessibleName(tr("How long the rows are"));
    m_masksCard->setTitle(tr("What the model learns"));
    m_masksCard->setHelp(
        tr("The first rows as the model sees them. It learns what is marked; "
           "the rest is what it is asked."));
    fillChoices();
    showReport();
}

void ReportView::fillChoices() {
    QList<Choice> models{{QString(), tr("None in particular")}};
    for (const Model& model : m_models)
        if (model.served && model.kind != QLatin1String("adapter"))
            models.append({model.id, model.id});
    QList<Choice> files{{QString(), tr("Nothing")}};
    for (const DataFile& file : m_files)
        if (file.id != m_file.id)
            files.append({file.id, file.filename});
    m_model->setChoices(models);
    m_against->setChoices(files);
}

void ReportView::open(const DataFile& file) {
    const bool other = file.id != m_file.id;
    m_file = file;
    if (other) {
        m_report.reset();
        m_against->setChoice(QString());
    }
    fillChoices();
    askChoices();
    ask();
    m_versions->open(file);
}

/// The first model that is served is taken at once: what a model makes of the data is the point.
void ReportView::askChoices() {
    m_api.models(this, [this](const Outcome<QVector<Model>>& models) {
        const bool first = m_models.isEmpty();
        m_models = models ? *models : QVector<Model>();
        fillChoices();
        if (!first || m_model->count() < 2 || !m_model->choice().toString().isEmpty())
            return;
        m_model->setChoice(m_model->itemData(1));
        ask();
    });
    m_api.files(this, [this](const Outcome<QVector<DataFile>>& files) {
        m_files = files ? *files : QVector<DataFile>();
        fillChoices();
    });
}

void ReportView::ask() {
    const int asked = ++m_asked;
    m_trouble->hide();
    m_reading->setVisible(!m_report);
    m_content->setVisible(m_report.has_value());
    const ReportQuestion question{.model = m_model->choice().toString(),
                                  .against = m_against->choice().toString()};
    m_api.fileReport(m_file.id, question, this, [this, asked](const Outcome<DataReport>& report) {
        if (asked == m_asked)
            take(report);
    });
}

void ReportView::take(const Outcome<DataReport>& report) {
    m_reading->hide();
    if (report) {
        m_report = *report;
        return showReport();
    }
    m_trouble->setText(report.failure().message);
    m_trouble->show();
}

void ReportView::showReport() {
    m_content->setVisible(m_report.has_value());
    if (!m_report)
        return;
    const Verdict verdict = verdictOf(*m_report);
    m_verdictIcon->setIconName(iconOf(verdict.tone));
    m_verdictIcon->setTone(verdict.tone);
    m_verdict->setText(verdict.headline);
    QString recognised = recognisedText(*m_report);
    if (m_report->learnedTokens > 0)
        recognised += ' ' + tr("The model learns from %1 of %2 tokens.")
                                .arg(formatCount(m_report->learnedTokens),
                                     formatCount(m_report->lengths ? m_report->lengths->sum
                                                                   : m_report->learnedTokens));
    m_recognised->setText(recognised);
    showFindings();
    showLengths();
    m_masksCard->setVisible(!m_report->masks.isEmpty());
    m_masks->setRows(m_report->masks);
}

void ReportView::showFindings() {
    while (QLayoutItem* item = m_findings->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const bool blocking : {true, false})
        for (const ReportFinding& finding : m_report->findings)
            if (finding.blocks == blocking)
                m_findings->addWidget(new FindingRow(finding));
}

void ReportView::showLengths() {
    m_lengthsCard->setVisible(m_report->lengths.has_value());
    if (!m_report->lengths)
        return;
    const RowLengths& lengths = *m_report->lengths;
    const auto& cut = m_report->truncation;
    m_lengthsCard->setHelp(lengths.tokens ? tr("In tokens, rows up to each number.")
                                          : tr("In characters, rows up to each number."));
    m_bars->setLengths(lengths, cut ? std::optional(cut->longest) : std::nullopt);
    m_lengths->setFacts(
        {{.label = tr("Half are at most"), .values = {formatCount(lengths.p50)}},
         {.label = tr("Nine of ten are at most"), .values = {formatCount(lengths.p90)}},
         {.label = tr("The longest"), .values = {formatCount(lengths.longest)}}});
    m_truncation->setVisible(cut.has_value());
    if (cut)
        m_truncation->setText(
            cut->rows == 0
                ? tr("All fit: the model takes %1 tokens.").arg(formatCount(cut->longest))
                : tr("%Ln rows are longer than the %1 tokens that the model takes.", nullptr,
                     int(cut->rows))
                      .arg(formatCount(cut->longest)));
}

}  // namespace hearth::ui
