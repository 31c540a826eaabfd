#include "ui/widgets/stat_tile.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <cmath>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/widgets/sparkline.h"

namespace hearth::ui {
namespace {

constexpr int kPadding = 16;
constexpr int kSparkWidth = 88;
constexpr double kSame = 0.005;  // changes below half a percent read as none

}  // namespace

StatTile::StatTile(QWidget* parent) : QPushButton(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setClickable(false);
    translated(this, [this] { describe(); });
}

void StatTile::setLabel(const QString& label) {
    m_label = label;
    describe();
}

void StatTile::setValue(const QString& number, const QString& unit) {
    m_number = number;
    m_unit = unit;
    m_loading = false;
    describe();
}

void StatTile::setChange(std::optional<double> share, Rise rise) {
    m_change = share;
    m_rise = rise;
    describe();
}

void StatTile::setNote(const QString& note, Tone tone) {
    m_note = note;
    m_noteTone = tone;
    describe();
}

void StatTile::setHistory(const QVector<double>& values) {
    m_history = values;
    update();
}

void StatTile::setLoading(bool loading) {
    m_loading = loading;
    describe();
}

void StatTile::setClickable(bool clickable) {
    m_clickable = clickable;
    setFocusPolicy(clickable ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(clickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

QString StatTile::changeText() const {
    if (!m_note.isEmpty() || !m_change || !std::isfinite(*m_change))
        return m_note;
    if (std::abs(*m_change) < kSame)
        return tr("as yesterday");
    const QString share = formatPercent(std::abs(*m_change), std::abs(*m_change) < 0.1 ? 1 : 0);
    return *m_change > 0 ? tr("%1 more than yesterday").arg(share)
                         : tr("%1 less than yesterday").arg(share);
}

Tone StatTile::changeTone() const {
    if (!m_note.isEmpty())
        return m_noteTone;
    if (!m_change || m_rise == Rise::Neutral || std::abs(*m_change) < kSame)
        return Tone::Muted;
    return (*m_change > 0) == (m_rise == Rise::Good) ? Tone::Good : Tone::Bad;
}

void StatTile::describe() {
    const QString value = m_loading ? tr("loading") : m_number + ' ' + m_unit;
    setAccessibleName(m_label + ": " + value.trimmed());
    setAccessibleDescription(m_loading ? QString() : changeText());
    update();
}

void StatTile::keyPressEvent(QKeyEvent* event) {
    if (m_clickable && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        click();
    else
        QPushButton::keyPressEvent(event);
}

void StatTile::mousePressEvent(QMouseEvent* event) {
    if (m_clickable)
        QPushButton::mousePressEvent(event);
    else
        event->ignore();
}

void StatTile::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const bool hovered = m_clickable && underMouse();
    paintBox(painter, rect(), hovered ? colors().raised : colors().surface, colors().border);
    const QRectF in = QRectF(rect()).adjusted(kPadding, 14, -kPadding, -14);
    painter.setFont(fontFor(TextRole::Body));
    painter.setPen(colors().muted);
    const QRectF label(in.left(), in.top(), in.width(), 18);
    painter.drawText(label, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(m_label, Qt::ElideRight, int(in.width())));
    if (m_loading) {
        paintSkeleton(painter, in);
    } else {
        paintValue(painter, {in.left(), in.top() + 24, in.width(), 36});
        paintFoot(painter, {in.left(), in.bottom() - 18, in.width(), 18});
    }
    if (showsFocusRing(this))
        paintFocusRing(painter, rect());
}

void StatTile::paintValue(QPainter& painter, const QRectF& line) const {
    const QString number = m_number.isEmpty() ? QString(QChar(0x2013)) : m_number;
    const QFont stat = fontFor(TextRole::Stat);
    painter.setFont(stat);
    painter.setPen(colors().text);
    drawTabular(painter, line, Qt::AlignLeft, number);
    const double right = line.left() + tabularWidth(stat, number);
    // The unit stands on the number's baseline.
    const QFontMetricsF metrics(stat);
    const double baseline = line.center().y() + (metrics.ascent() - metrics.descent()) / 2;
    painter.setFont(fontFor(TextRole::Body));
    painter.setPen(colors().muted);
    painter.drawText(QPointF(right + 6, baseline), m_unit);
    const double used = right + 6 + painter.fontMetrics().horizontalAdvance(m_unit);
    if (line.right() - used > kSparkWidth * 0.6) {
        const double width = std::min<double>(kSparkWidth, line.right() - used - 12);
        paintSparkline(painter, {line.right() - width, line.top() + 2, width, 32}, m_history);
    }
}

void StatTile::paintFoot(QPainter& painter, const QRectF& line) const {
    const QString text = changeText();
    if (text.isEmpty())
        return;
    painter.setFont(fontFor(TextRole::Caption));
    painter.setPen(toneColor(changeTone()));
    double left = line.left();
    const bool arrow = m_note.isEmpty() && m_change && std::abs(*m_change) >= kSame;
    if (arrow) {
        const double up = *m_change > 0 ? 1 : -1;
        const QPointF middle(left + 4, line.center().y());
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setBrush(painter.pen().color());
        const QPointF head[] = {middle + QPointF(0, -3.5 * up), middle + QPointF(4, 3 * up),
                                middle + QPointF(-4, 3 * up)};
        painter.save();
        painter.setPen(Qt::NoPen);
        painter.drawConvexPolygon(head, 3);
        painter.restore();
        left += 14;
    }
    const QRectF room(left, line.top(), line.right() - left, line.height());
    painter.drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(text, Qt::ElideRight, int(room.width())));
}

void StatTile::paintSkeleton(QPainter& painter, const QRectF& in) const {
    paintBox(painter, {in.left(), in.top() + 30, 112, 24}, colors().raised, {}, 4);
    paintBox(painter, {in.left(), in.bottom() - 14, 144, 12}, colors().raised, {}, 4);
}

}  // namespace hearth::ui
