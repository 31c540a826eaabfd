#include "ui/widgets/progress_row.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/button.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

ProgressRow::ProgressRow(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGap);
    auto* column = new QVBoxLayout;
    column->setSpacing(6);
    auto* words = new QHBoxLayout;
    words->setSpacing(metrics::kGap);
    m_what = new Label(TextRole::Body);
    m_details = new Label(TextRole::Caption, Tone::Muted);
    words->addWidget(m_what, 1);
    words->addWidget(m_details);
    column->addLayout(words);
    m_bar = new QProgressBar;
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 0);
    column->addWidget(m_bar);
    row->addLayout(column, 1);
    m_cancel = new Button(ButtonKind::Quiet);
    row->addWidget(m_cancel);
    connect(m_cancel, &Button::clicked, this, [this] {
        setCancelling(true);
        emit cancelled();
    });
    translated(this, [this] { describe(); });
}

void ProgressRow::setWhat(const QString& what) {
    m_what->setText(what);
    m_bar->setAccessibleName(what);
}

void ProgressRow::setProgress(const Progress& progress) {
    m_progress = progress;
    m_bar->setRange(0, progress.share ? 1000 : 0);
    if (progress.share)
        m_bar->setValue(int(1000 * std::clamp(*progress.share, 0.0, 1.0)));
    describe();
}

void ProgressRow::setCancellable(bool cancellable) {
    m_cancel->setVisible(cancellable);
}

void ProgressRow::setCancelling(bool cancelling) {
    m_cancelling = cancelling;
    m_cancel->setEnabled(!cancelling);
    describe();
}

QString ProgressRow::details() const {
    return m_details->text();
}

void ProgressRow::describe() {
    QStringList parts;
    if (m_progress.share)
        parts << formatPercent(*m_progress.share, 0);
    if (m_progress.secondsLeft)
        parts << tr("%1 left").arg(formatDuration(*m_progress.secondsLeft));
    if (!m_progress.rate.isEmpty())
        parts << m_progress.rate;
    m_details->setText(m_cancelling ? tr("Cancelling…") : parts.join(QStringLiteral(" · ")));
    m_bar->setAccessibleDescription(m_details->text());
    m_cancel->setText(tr("Cancel"));
}

}  // namespace hearth::ui
