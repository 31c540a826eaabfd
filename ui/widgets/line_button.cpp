#include "ui/widgets/line_button.h"

#include <QKeyEvent>
#include <QPainter>

#include "ui/theme/icons.h"
#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/widgets/status_pill.h"

namespace hearth::ui {
namespace {

constexpr int kLine = 36;
constexpr int kBarRoom = 12;
constexpr int kPadding = 8;
constexpr int kMark = 12;
constexpr int kChevron = 16;

void paintShare(QPainter& painter, const QRectF& bar, double share) {
    paintBox(painter, bar, mix(colors().surface, colors().border, 0.8), {}, 2);
    const double width = std::max(4.0, bar.width() * std::clamp(share, 0.0, 1.0));
    paintBox(painter, {bar.left(), bar.top(), width, bar.height()}, colors().accent, {}, 2);
}

}  // namespace

LineButton::LineButton(QWidget* parent) : QPushButton(parent) {
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void LineButton::setLine(const Line& line) {
    m_line = line;
    QStringList parts{line.title, line.note, line.trailing};
    parts.removeAll({});
    setAccessibleName(parts.join(", "));
    setToolTip(line.title.toHtmlEscaped());
    updateGeometry();
    update();
}

QSize LineButton::sizeHint() const {
    return {280, kLine + (m_line.share ? kBarRoom : 0)};
}

void LineButton::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QPushButton::keyPressEvent(event);
}

void LineButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (underMouse() || isDown())
        paintBox(painter, rect(), colors().raised);
    QRectF line = QRectF(0, 0, width(), kLine).adjusted(kPadding, 0, -kPadding, 0);
    paintIcon(painter, {line.right() - kChevron, line.top(), kChevron, line.height()},
              "chevron_right", colors().muted);
    line.adjust(0, 0, -kChevron - 4, 0);
    if (m_line.tone != Tone::Normal) {
        paintToneMark(painter, {line.left(), line.center().y() - kMark / 2.0, kMark, kMark},
                      m_line.tone);
        line.adjust(kMark + 8, 0, 0, 0);
    }
    painter.setFont(fontFor(TextRole::Body));
    painter.setPen(colors().muted);
    drawTabular(painter, line, Qt::AlignRight, m_line.trailing);
    const double trailing = tabularWidth(painter.font(), m_line.trailing);
    line.adjust(0, 0, m_line.trailing.isEmpty() ? 0 : -trailing - metrics::kGap, 0);

    const QFontMetrics metrics = painter.fontMetrics();
    const QString title = metrics.elidedText(m_line.title, Qt::ElideMiddle, int(line.width()));
    painter.setPen(colors().text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, title);
    line.adjust(metrics.horizontalAdvance(title) + 10, 0, 0, 0);
    painter.setPen(colors().muted);
    if (line.width() > 40)
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(m_line.note, Qt::ElideRight, int(line.width())));
    if (m_line.share)
        paintShare(painter, {kPadding, kLine - 1, width() - 2.0 * kPadding, 4}, *m_line.share);
    if (showsFocusRing(this))
        paintFocusRing(painter, rect());
}

}  // namespace hearth::ui
