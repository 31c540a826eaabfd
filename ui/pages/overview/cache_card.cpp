#include "ui/pages/overview/cache_card.h"

#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/label.h"
#include "ui/widgets/meter.h"

namespace hearth::ui {

CacheCard::CacheCard(QWidget* parent)
    : Card(parent),
      m_headline(new Label(TextRole::Stat)),
      m_sentence(new Label(TextRole::Body, Tone::Muted)),
      m_kept(new Meter(Tone::Accent)),
      m_full(new Meter(Tone::Muted)),
      m_reserved(new Meter(Tone::Accent)) {
    m_sentence->setWordWrap(true);
    body()->setSpacing(metrics::kGrid);
    body()->addWidget(m_headline);
    body()->addWidget(m_sentence);
    body()->addSpacing(metrics::kGrid);
    body()->addWidget(m_kept);
    body()->addWidget(m_full);
    body()->addSpacing(metrics::kGrid);
    body()->addWidget(m_reserved);
    body()->addStretch(1);
    translated(this, [this] { describe(); });
}

void CacheCard::showStatus(const NodeStatus& status) {
    m_status = status;
    describe();
}

QString CacheCard::headline() const {
    return m_headline->text();
}

void CacheCard::describe() {
    setTitle(tr("Memory of conversations (KV cache)"));
    m_kept->setLabel(tr("As this node keeps it"));
    m_full->setLabel(tr("With full attention (MHA)"));
    m_reserved->setLabel(tr("Reserved cache in use"));
    if (!m_status) {
        m_headline->setText(QString(QChar(0x2013)));
        return;
    }
    const auto used = double(m_status->kvBytesUsed);
    m_reserved->setVisible(m_status->kvBytesTotal > 0);
    m_reserved->setValue(
        m_status->kvBytesTotal > 0 ? used / double(m_status->kvBytesTotal) : 0,
        tr("%1 of %2").arg(formatBytes(used), formatBytes(double(m_status->kvBytesTotal))));
    if (used > 0)
        showNow(used, double(m_status->kvBytesUsedAsMha), double(m_status->kvBytesTotal));
    else
        showPerToken();
}

void CacheCard::showNow(double used, double asMha, double) {
    m_headline->setText(formatBytes(used));
    m_sentence->setText(asMha > used
                            ? tr("now; full attention would take %1.").arg(formatBytes(asMha))
                            : tr("in use now."));
    const double whole = std::max(asMha, used);
    m_kept->setValue(used / whole, formatBytes(used));
    m_full->setValue(asMha / whole, formatBytes(asMha));
    m_kept->setVisible(true);
    m_full->setVisible(asMha > used);
}

void CacheCard::showPerToken() {
    double used = 0, asMha = 0;
    for (const ModelLoad& model : m_status->models) {
        if (double(model.kvBytesPerTokenAsMha) <= asMha)
            continue;
        used = double(model.kvBytesPerToken);
        asMha = double(model.kvBytesPerTokenAsMha);
    }
    m_kept->setVisible(asMha > 0);
    m_full->setVisible(asMha > 0);
    m_headline->setText(formatBytes(used));
    if (asMha <= 0) {
        m_sentence->setText(tr("Nothing is in the cache."));
        return;
    }
    m_sentence->setText(tr("a token; full attention would take %1. Nothing is in use now.")
                            .arg(formatBytes(asMha)));
    m_kept->setValue(used / asMha, formatBytes(used));
    m_full->setValue(1, formatBytes(asMha));
}

}  // namespace hearth::ui
