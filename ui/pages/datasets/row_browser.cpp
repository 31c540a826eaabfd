#include "ui/pages/datasets/row_browser.h"

#include <QKeyEvent>
#include <QSplitter>
#include <QStackedWidget>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/datasets/report_view.h"
#include "ui/pages/datasets/row_reader.h"
#include "ui/pages/datasets/rows_list.h"
#include "ui/pages/datasets/rows_model.h"
#include "ui/widgets/button.h"
#include "ui/widgets/card.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/state_view.h"
#include "ui/widgets/view_head.h"

namespace hearth::ui {

RowBrowser::RowBrowser(NodeApi& api, QWidget* parent)
    : QWidget(parent),
      m_model(new RowsModel(api, this)),
      m_counts(new Label(TextRole::Body, Tone::Muted)),
      m_mode(new SegmentedControl),
      m_search(new SearchField),
      m_fineTune(new Button(ButtonKind::Quiet, "fine_tuning")),
      m_head(new ViewHead({m_counts, m_search, m_mode, m_fineTune})),
      m_views(new QStackedWidget),
      m_report(new ReportView(api)),
      m_stack(new QStackedWidget),
      m_list(new RowsList(*m_model)),
      m_state(new StateView),
      m_reader(new RowReader) {
    build();
    connectParts();
    translated(this, [this] { showTexts(); });
}

void RowBrowser::build() {
    m_search->setFixedWidth(220);
    m_mode->addChoice("rows");
    m_mode->addChoice("report");
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_state);
    auto* left = new Card;
    left->setPadding(0);
    left->body()->addWidget(m_stack, 1);
    auto* right = new Card;
    right->setPadding(0);
    right->body()->addWidget(m_reader, 1);
    auto* split = new QSplitter;
    split->setChildrenCollapsible(false);
    split->setHandleWidth(metrics::kGap);
    split->addWidget(left);
    split->addWidget(right);
    split->setSizes({500, 500});
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    m_rows = split;
    m_views->addWidget(m_rows);
    m_views->addWidget(m_report);
    column->addWidget(m_head);
    column->addWidget(m_views, 1);
}

Button* RowBrowser::back() const {
    return m_head->back();
}

void RowBrowser::connectParts() {
    connect(m_head->back(), &Button::clicked, this, &RowBrowser::closed);
    connect(m_fineTune, &Button::clicked, this, [this] { emit fineTuneRequested(m_file.id); });
    connect(m_mode, &SegmentedControl::chosen, this, &RowBrowser::showMode);
    connect(m_search, &SearchField::searched, this, [this](const QString& text) {
        m_failure.clear();
        m_reader->clear();
        m_model->open(m_file.id, text.trimmed());
        showCounts();
    });
    connect(m_model, &RowsModel::counted, this, [this](qint64 total, qint64 matched) {
        m_total = total;
        m_matched = matched;
        showCounts();
        if (matched > 0)
            m_list->setCurrentIndex(m_model->index(0, 0));
    });
    connect(m_model, &RowsModel::failed, this, &RowBrowser::showFailure);
    connect(m_model, &QAbstractItemModel::dataChanged, this,
            [this](const QModelIndex& first, const QModelIndex& last) {
                if (m_shown >= first.row() && m_shown <= last.row())
                    showRow(m_shown);
            });
    connect(m_list, &RowsList::currentRowChanged, this, &RowBrowser::showRow);
    connect(m_list, &RowsList::opened, this, [this](int row) {
        showRow(row);
        m_reader->setFocus();
    });
    connect(m_state, &StateView::primaryClicked, this, [this] {
        if (m_failure.isEmpty())
            return m_search->clear();
        m_failure.clear();
        showCounts();
        m_model->retry();
    });
}

void RowBrowser::open(const DataFile& file) {
    m_file = file;
    m_total = -1;
    m_failure.clear();
    {
        const QSignalBlocker quiet(m_search);
        m_search->clear();
    }
    m_head->setTitle(file.filename);
    m_fineTune->setVisible(file.purpose == "fine-tune");
    m_mode->setVisible(file.purpose == "fine-tune");
    m_mode->setChoice("rows");
    showMode();
    m_reader->clear();
    m_model->open(file.id);
    showCounts();
    m_list->setFocus(Qt::OtherFocusReason);
}

void RowBrowser::showReport() {
    m_mode->setChoice("report");
    showMode();
}

void RowBrowser::showMode() {
    const bool report = m_mode->choice() == "report";
    m_views->setCurrentWidget(report ? static_cast<QWidget*>(m_report) : m_rows);
    m_search->setVisible(!report);
    m_counts->setVisible(!report);
    if (report)
        m_report->open(m_file);
}

void RowBrowser::showTexts() {
    m_mode->setText(0, tr("Rows"));
    m_mode->setText(1, tr("Report"));
    m_head->back()->setName(tr("Back to the data sets"));
    m_search->setPlaceholderText(tr("Search in the rows"));
    m_search->setAccessibleName(tr("Search in the rows"));
    m_list->setAccessibleName(tr("Rows"));
    m_fineTune->setText(tr("Fine-tune with it"));
    showCounts();
}

void RowBrowser::showCounts() {
    const bool nothing = m_failure.isEmpty() && m_model->rowCount() == 0 && !m_model->isLoading();
    m_stack->setCurrentIndex(nothing || !m_failure.isEmpty() ? 1 : 0);
    if (!m_failure.isEmpty()) {
        m_state->setIcon("error", Tone::Bad);
        m_state->setHeadline(tr("The rows could not be read"));
        m_state->setSentence(m_failure);
        m_state->setPrimary(tr("Try again"));
    } else if (nothing) {
        m_state->setIcon("search");
        m_state->setHeadline(tr("Nothing matches"));
        m_state->setSentence(tr("No row has this text."));
        m_state->setPrimary(tr("Clear search"));
    }
    if (m_model->isLoading() || m_total < 0)
        m_counts->setText(tr("Reading…"));
    else if (m_matched == m_total)
        m_counts->setText(tr("%Ln rows", nullptr, int(m_total)));
    else
        m_counts->setText(tr("%1 of %Ln rows", nullptr, int(m_total)).arg(formatCount(m_matched)));
}

void RowBrowser::showRow(int row) {
    m_shown = row;
    if (const DataRow* found = row < 0 ? nullptr : m_model->row(row))
        m_reader->setRow(*found);
    else
        m_reader->clear();
}

void RowBrowser::showFailure(const ApiFailure& failure) {
    m_failure = failure.message;
    m_state->setDetails(failure.requestId);
    showCounts();
}

void RowBrowser::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        emit closed();
    else if (event->matches(QKeySequence::Find))
        m_search->setFocus(Qt::ShortcutFocusReason);
    else
        QWidget::keyPressEvent(event);
}

}  // namespace hearth::ui
