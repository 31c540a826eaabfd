#include "ui/pages/models/imports_panel.h"

#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/progress_row.h"

namespace hearth::ui {

ImportsPanel::ImportsPanel(QWidget* parent) : QWidget(parent), m_column(new QVBoxLayout(this)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(metrics::kGap);
    hide();
    translated(this, [this] {
        for (const auto& [id, import] : m_imports)
            describe(import);
    });
}

bool ImportsPanel::anyRunning() const {
    return !m_running.empty();
}

void ImportsPanel::setImports(const QVector<ModelImport>& imports) {
    QSet<QString> known;
    for (const ModelImport& import : imports) {
        known.insert(import.id);
        const bool wasRunning = m_running.contains(import.id);
        m_imports[import.id] = import;
        if (!import.ended()) {
            showRunning(import);
        } else if (wasRunning) {
            drop(import.id);
            if (import.status == "succeeded")
                emit succeeded(import.model);
        }
        if (import.status == "failed" && !m_seen.contains(import.id))
            showFailed(import);
    }
    // A node that was started anew has forgotten its imports.
    std::erase_if(m_imports, [&](const auto& entry) { return !known.contains(entry.first); });
    for (auto it = m_running.begin(); it != m_running.end();) {
        const QString id = (it++)->first;
        if (!known.contains(id))
            drop(id);
    }
    setVisible(!m_running.empty() || !m_failed.empty());
}

void ImportsPanel::drop(const QString& id) {
    if (const auto row = m_running.find(id); row != m_running.end()) {
        delete row->second;
        m_running.erase(row);
    }
    if (const auto banner = m_failed.find(id); banner != m_failed.end()) {
        banner->second->deleteLater();  // its own button may have called us
        m_failed.erase(banner);
    }
}

void ImportsPanel::showRunning(const ModelImport& import) {
    ProgressRow*& row = m_running[import.id];
    if (!row) {
        row = new ProgressRow;
        m_column->addWidget(row);
        connect(row, &ProgressRow::cancelled, this,
                [this, id = import.id] { emit cancelRequested(id); });
    }
    describe(import);
}

void ImportsPanel::showFailed(const ModelImport& import) {
    Banner*& banner = m_failed[import.id];
    if (!banner) {
        banner = new Banner;
        banner->setTone(Tone::Bad);
        m_column->addWidget(banner);
        connect(banner, &Banner::actionClicked, this, [this, id = import.id] {
            m_seen.insert(id);
            drop(id);
            setVisible(!m_running.empty() || !m_failed.empty());
        });
    }
    describe(import);
}

QString ImportsPanel::doing(const QString& status) {
    if (status == "verifying")
        return tr("%1: verifying its files");
    if (status == "copying")
        return tr("%1: copying");
    if (status == "packing")
        return tr("%1: packing");
    if (status == "measuring")
        return tr("%1: measuring what the precision costs");
    return status == "queued" ? tr("%1: waiting for its turn") : tr("%1: checking that it loads");
}

void ImportsPanel::describe(const ModelImport& import) {
    if (const auto banner = m_failed.find(import.id); banner != m_failed.end()) {
        banner->second->setText(tr("%1 could not be imported: %2").arg(import.model, import.error));
        banner->second->setAction(tr("Close"));
    }
    const auto found = m_running.find(import.id);
    if (found == m_running.end())
        return;
    found->second->setWhat(doing(import.status).arg(import.model));
    Progress progress{.secondsLeft = import.etaSeconds};
    if (import.progress > 0)
        progress.share = import.progress;
    if (import.bytesTotal > 0 && import.bytesDone > 0) {
        progress.rate =
            tr("%1 of %2")
                .arg(formatBytes(double(import.bytesDone)), formatBytes(double(import.bytesTotal)));
        if (import.bytesPerSecond > 0)
            progress.rate += QStringLiteral(" · ") +
                             tr("%1/s", "a rate").arg(formatBytes(import.bytesPerSecond));
    }
    found->second->setProgress(progress);
}

}  // namespace hearth::ui
