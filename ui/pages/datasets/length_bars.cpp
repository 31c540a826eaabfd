#include "ui/pages/datasets/length_bars.h"

#include <QPainter>
#include <algorithm>

#include "ui/i18n/format.h"
#include "ui/theme/paint.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr double kCaption = 20;  // above and below the bars
constexpr double kGap = 6;
constexpr double kWidest = 72;

}  // namespace

LengthBars::LengthBars(QWidget* parent) : QWidget(parent) {}

void LengthBars::setLengths(const RowLengths& lengths, std::optional<qint64> limit) {
    m_lengths = lengths;
    m_limit = limit;
    QStringList texts;
    for (const LengthBucket& bucket : lengths.histogram)
        texts.append(tr("up to %1: %2").arg(formatCount(bucket.upTo), formatCount(bucket.rows)));
    setAccessibleDescription(texts.join(QStringLiteral("; ")));
    update();
}

void LengthBars::paintEvent(QPaintEvent*) {
    const auto& buckets = m_lengths.histogram;
    if (buckets.isEmpty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(fontFor(TextRole::Caption));
    const Colors& c = colors();
    const qint64 most = std::ranges::max_element(buckets, {}, &LengthBucket::rows)->rows;
    const double step = std::min(kWidest, double(width()) / double(buckets.size()));
    const double room = height() - 2 * kCaption;
    for (qsizetype i = 0; i < buckets.size(); ++i) {
        const LengthBucket& bucket = buckets[i];
        const double tall = most > 0 ? room * double(bucket.rows) / double(most) : 0;
        const QRectF bar(double(i) * step, kCaption + room - std::max(tall, 2.0), step - kGap,
                         std::max(tall, 2.0));
        const bool over = m_limit && bucket.upTo / 2 >= *m_limit;
        paintBox(painter, bar, over ? c.bad : mix(c.surface, c.accent, 0.75), {}, 2);
        painter.setPen(c.muted);
        painter.drawText(QRectF(bar.left(), bar.top() - kCaption, bar.width(), kCaption - 2),
                         Qt::AlignHCenter | Qt::AlignBottom,
                         bucket.rows > 0 ? formatCount(bucket.rows) : QString());
        painter.drawText(QRectF(bar.left(), height() - kCaption, bar.width(), kCaption),
                         Qt::AlignHCenter | Qt::AlignBottom, formatCount(bucket.upTo));
    }
    painter.fillRect(QRectF(0, kCaption + room, step * double(buckets.size()) - kGap, 1), c.border);
}

}  // namespace hearth::ui
