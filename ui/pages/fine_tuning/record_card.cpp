#include "ui/pages/fine_tuning/record_card.h"

#include <QHBoxLayout>

#include "ui/api_client/json_fields.h"
#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/button.h"
#include "ui/widgets/facts_table.h"
#include "ui/widgets/icon_label.h"
#include "ui/widgets/progress_row.h"

namespace hearth::ui {
namespace {

constexpr int kPollMs = 1000;
constexpr int kHashShown = 12;

void add(QVector<Fact>& facts, const QString& label, const QString& value) {
    if (!value.isEmpty())
        facts.append({.label = label, .values = {value}});
}

/// Enough of a digest to tell two apart; the tooltip of the line has no more than that either.
QString hashText(const QJsonObject& object, const char* key) {
    return textIn(object, key).left(kHashShown);
}

QString machineText(const QJsonObject& machine) {
    if (machine.isEmpty())
        return {};
    return RecordCard::tr("%1, %Ln cores", nullptr, int(wholeIn(machine, "cores")))
        .arg(textIn(machine, "processor"));
}

void addResult(QVector<Fact>& facts, const QJsonObject& result) {
    if (result.isEmpty())
        return;
    add(facts, RecordCard::tr("Steps"), formatCount(wholeIn(result, "steps")));
    add(facts, RecordCard::tr("Published step"), formatCount(wholeIn(result, "published_step")));
    add(facts, RecordCard::tr("Most memory"), formatBytes(numberIn(result, "peak_memory_bytes")));
}

}  // namespace

RecordCard::RecordCard(NodeApi& api, QWidget* parent)
    : Card(parent),
      m_api(api),
      m_facts(new FactsTable),
      m_verdictRow(new QWidget),
      m_verdictIcon(new IconLabel("check", 16)),
      m_verdict(new Label(TextRole::Body)),
      m_progress(new ProgressRow),
      m_verify(new Button(ButtonKind::Quiet, "guard")) {
    auto* row = new QHBoxLayout(m_verdictRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGrid);
    row->addWidget(m_verdictIcon, 0, Qt::AlignTop);
    row->addWidget(m_verdict, 1);
    m_verdict->setWordWrap(true);
    body()->addWidget(m_facts);
    body()->addWidget(m_verdictRow);
    body()->addWidget(m_progress);
    body()->addWidget(m_verify, 0, Qt::AlignLeft);
    m_clock.setInterval(kPollMs);
    connect(&m_clock, &QTimer::timeout, this, &RecordCard::askRunning);
    connect(m_verify, &Button::clicked, this, &RecordCard::verify);
    connect(m_progress, &ProgressRow::cancelled, this, &RecordCard::cancel);
    hide();
    translated(this, [this] { showTexts(); });
}

void RecordCard::showTexts() {
    setTitle(tr("Record"));
    setHelp(tr("What this run was made from. The same things make the same model."));
    m_facts->setName(tr("Record"));
    m_verify->setText(tr("Verify"));
    m_verify->setToolTip(tr("Train recorded steps again, and compare every bit"));
    m_progress->setWhat(tr("Training recorded steps again"));
    showRecord();
    showVerdict();
}

void RecordCard::open(const QString& jobId, bool mayVerify) {
    m_mayVerify = mayVerify;
    if (jobId != m_job) {
        m_job = jobId;
        m_record = {};
        m_last = {};
        m_refusal.clear();
        m_cancelling = false;
        showRecord();
    }
    ++m_opening;
    askRecord();
    askLast();
    showVerdict();
}

void RecordCard::pause() {
    m_clock.stop();
}

void RecordCard::askRecord() {
    m_api.jobRecord(m_job, this, [this, opening = m_opening](const Outcome<QJsonObject>& record) {
        if (opening != m_opening || !record)
            return;
        m_record = *record;
        showRecord();
        showVerdict();
    });
}

void RecordCard::askLast() {
    m_api.operations(this, [this, opening = m_opening](const Outcome<QVector<Operation>>& known) {
        if (opening != m_opening || !known)
            return;
        for (const Operation& operation : *known)
            if (operation.kind == QLatin1String("verification") && operation.subject == m_job)
                return take(operation);
    });
}

void RecordCard::askRunning() {
    m_api.operation(m_last.id, this, [this, opening = m_opening](const Outcome<Operation>& now) {
        if (opening == m_opening && now)
            take(*now);
    });
}

void RecordCard::verify() {
    if (m_asked)
        return;
    m_asked = true;
    m_refusal.clear();
    m_api.verifyJob(m_job, this, [this, opening = m_opening](const Outcome<QString>& begun) {
        m_asked = false;
        if (opening != m_opening)
            return;
        if (begun)
            return take(
                {.id = *begun, .kind = "verification", .subject = m_job, .status = "running"});
        m_refusal = begun.failure().message;
        showVerdict();
    });
}

void RecordCard::cancel() {
    m_cancelling = true;
    showVerdict();
    m_api.cancelOperation(m_last.id, this,
                          [this, opening = m_opening](const Outcome<Operation>& now) {
                              if (opening == m_opening && now)
                                  take(*now);
                          });
}

void RecordCard::take(const Operation& operation) {
    m_last = operation;
    if (operation.runs()) {
        m_clock.start();
    } else {
        m_clock.stop();
        m_cancelling = false;
    }
    showVerdict();
}

void RecordCard::showRecord() {
    QVector<Fact> facts;
    const QJsonObject code = objectIn(m_record, "code");
    const QJsonObject data = objectIn(m_record, "data");
    const QJsonObject base = objectIn(m_record, "base");
    add(facts, tr("Hearth"), textIn(code, "version"));
    add(facts, tr("Trainer's SHA-256"), hashText(code, "worker_sha256"));
    add(facts, tr("Method"), textIn(m_record, "method"));
    if (m_record.contains("seed"))
        add(facts, tr("Seed"), QString::number(wholeIn(m_record, "seed")));
    add(facts, tr("Precision"), textIn(m_record, "training_precision").toUpper());
    add(facts, tr("Base's SHA-256"), hashText(base, "sha256"));
    for (auto it = data.begin(); it != data.end(); ++it)
        add(facts, tr("%1, SHA-256", "a file").arg(textIn(it.value().toObject(), "name")),
            hashText(it.value().toObject(), "sha256"));
    add(facts, tr("Machine"), machineText(objectIn(m_record, "machine")));
    addResult(facts, objectIn(m_record, "result"));
    m_facts->setFacts(facts);
    setVisible(!facts.isEmpty());
}

QString RecordCard::verdict() const {
    return m_verdictRow->isHidden() ? QString() : m_verdict->text();
}

void RecordCard::showVerdict() {
    const bool runs = m_last.runs();
    const bool hadFocus = m_progress->cancelButton()->hasFocus();
    m_progress->setVisible(runs);
    m_progress->setCancellable(m_mayVerify);
    m_progress->setCancelling(m_cancelling);
    Progress progress;
    if (m_last.total > 0)
        progress = {
            .share = double(m_last.done) / double(m_last.total),
            .secondsLeft = {},
            .rate = tr("step %1 of %2").arg(formatCount(m_last.done), formatCount(m_last.total))};
    m_progress->setProgress(progress);
    if (runs && m_verify->hasFocus())
        m_progress->cancelButton()->setFocus(Qt::OtherFocusReason);
    m_verify->setVisible(m_mayVerify && !runs && objectIn(m_record, "result").size() > 0);
    if (hadFocus && !runs)
        m_verify->setFocus(Qt::OtherFocusReason);

    Tone tone = Tone::Muted;
    QString text = m_refusal;
    if (!text.isEmpty()) {
        tone = Tone::Attention;
    } else if (m_last.status == QLatin1String("succeeded")) {
        const bool equal = flagIn(m_last.result, "equal");
        tone = equal ? Tone::Good : Tone::Bad;
        const QString when = formatWhen(m_last.finishedAt.value_or(m_last.createdAt));
        text = equal ? tr("Verified: the same bits came out again (%1).").arg(when)
                     : tr("Something else came out (%1): %2")
                           .arg(when, textIn(m_last.result, "message"));
    } else if (m_last.status == QLatin1String("failed")) {
        tone = Tone::Attention;
        text = tr("It could not be verified: %1").arg(m_last.error);
    }
    m_verdictRow->setVisible(!text.isEmpty() && !runs);
    m_verdict->setText(text);
    m_verdictIcon->setIconName(toneIcon(tone));
    m_verdictIcon->setTone(tone);
}

}  // namespace hearth::ui
