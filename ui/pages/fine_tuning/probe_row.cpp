#include "ui/pages/fine_tuning/probe_row.h"

#include <QHBoxLayout>

#include "ui/api_client/json_fields.h"
#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/progress_row.h"

namespace hearth::ui {
namespace {

constexpr int kPollMs = 500;

}  // namespace

ProbeRow::ProbeRow(NodeApi& api, QWidget* parent)
    : QWidget(parent),
      m_api(api),
      m_progress(new ProgressRow),
      m_answerRow(new QWidget),
      m_icon(new IconLabel("clock", 16, Tone::Muted)),
      m_answer(new Label(TextRole::Body)) {
    auto* row = new QHBoxLayout(m_answerRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGrid);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_answer, 1);
    m_answer->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_progress);
    column->addWidget(m_answerRow);
    m_clock.setInterval(kPollMs);
    connect(&m_clock, &QTimer::timeout, this, &ProbeRow::ask);
    connect(m_progress, &ProgressRow::cancelled, this, &ProbeRow::cancel);
    translated(this, [this] { describe(); });
}

void ProbeRow::begin(const QJsonObject& job) {
    clear();
    m_asked = true;
    m_api.probeJob(job, this, [this, begun = m_begun](const Outcome<Operation>& operation) {
        if (begun != m_begun)
            return;
        m_asked = false;
        if (operation)
            return take(*operation);
        emit refused(operation.failure());
    });
}

void ProbeRow::clear() {
    if (m_operation.runs())
        cancel();
    ++m_begun;
    m_asked = false;
    m_clock.stop();
    m_operation = {};
    m_cancelling = false;
    describe();
}

void ProbeRow::ask() {
    m_api.operation(m_operation.id, this, [this, begun = m_begun](const Outcome<Operation>& now) {
        if (begun == m_begun && now && m_operation.runs())
            take(*now);
    });
}

void ProbeRow::cancel() {
    m_cancelling = true;
    describe();
    m_api.cancelOperation(m_operation.id, this,
                          [this, begun = m_begun](const Outcome<Operation>& now) {
                              if (begun == m_begun && now)
                                  take(*now);
                          });
}

void ProbeRow::take(const Operation& operation) {
    m_operation = operation;
    if (operation.runs())
        m_clock.start();
    else
        m_clock.stop();
    describe();
}

QString ProbeRow::answer() const {
    return m_answerRow->isHidden() ? QString() : m_answer->text();
}

void ProbeRow::describe() {
    m_progress->setWhat(tr("Trying a few steps"));
    m_progress->setVisible(m_operation.runs());
    m_progress->setCancelling(m_cancelling);
    m_progress->setProgress({});
    QString text;
    if (m_operation.status == QLatin1String("failed"))
        text = m_operation.error;
    else if (m_operation.status == QLatin1String("succeeded"))
        text = tr("About %1 for %2 steps, and %3 of memory.")
                   .arg(formatDuration(numberIn(m_operation.result, "seconds")),
                        formatCount(wholeIn(m_operation.result, "total_steps")),
                        formatBytes(numberIn(m_operation.result, "planned_bytes")));
    const bool failed = m_operation.status == QLatin1String("failed");
    m_icon->setIconName(failed ? "warning" : "clock");
    m_icon->setTone(failed ? Tone::Attention : Tone::Muted);
    m_answer->setText(text);
    m_answerRow->setVisible(!text.isEmpty());
    setVisible(m_operation.runs() || !text.isEmpty());
}

}  // namespace hearth::ui
