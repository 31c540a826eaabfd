#include "ui/widgets/facts_table.h"

#include <QFontMetrics>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kLine = 30;
constexpr int kPadding = 8;
constexpr double kLabelShare = 0.4;
constexpr double kLeastLabelShare = 0.28;
constexpr int kGap = 12;

}  // namespace

FactsTable::FactsTable(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void FactsTable::setHeadings(const QStringList& headings) {
    m_headings = headings;
    describe();
}

void FactsTable::setFacts(const QVector<Fact>& facts) {
    if (m_facts == facts)
        return;
    m_facts = facts;
    describe();
}

void FactsTable::setName(const QString& name) {
    setAccessibleName(name);
}

int FactsTable::columns() const {
    qsizetype most = m_headings.size();
    for (const Fact& fact : m_facts)
        most = std::max(most, fact.values.size());
    return int(std::max<qsizetype>(most, 1));
}

void FactsTable::describe() {
    QStringList lines;
    for (const Fact& fact : m_facts)
        lines.append(fact.label + ": " + fact.values.join(", "));
    setAccessibleDescription(lines.join("; "));
    updateGeometry();
    update();
}

bool FactsTable::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int index = help->pos().y() / kLine - (m_headings.isEmpty() ? 0 : 1);
    if (index < 0 || index >= m_facts.size()) {
        QToolTip::hideText();
        return true;
    }
    const Fact& fact = m_facts[index];
    const QString text = fact.label + ": " + fact.values.join(", ");
    QToolTip::showText(help->globalPos(), text.toHtmlEscaped(), this);
    return true;
}

QSize FactsTable::sizeHint() const {
    return {320, kLine * int(m_facts.size() + (m_headings.isEmpty() ? 0 : 1))};
}

QVector<double> FactsTable::valueWidths(double room) const {
    QVector<double> needed(columns(), 0);
    const QFont strong = fontFor(TextRole::BodyStrong);  // the widest that is painted
    const auto measure = [&](const QStringList& values) {
        for (qsizetype i = 0; i < values.size(); ++i)
            needed[i] = std::max(needed[i], std::ceil(tabularWidth(strong, values[i])) + kGap + 2);
    };
    measure(m_headings);
    for (const Fact& fact : m_facts)
        measure(fact.values);
    const double equal = room * (1 - kLabelShare) / columns();
    if (*std::max_element(needed.begin(), needed.end()) <= equal)
        return QVector<double>(columns(), equal);
    const double sum = std::accumulate(needed.begin(), needed.end(), 0.0);
    const double most = room * (1 - kLeastLabelShare);
    for (double& width : needed)
        width *= std::min(1.0, most / sum);
    return needed;
}

void FactsTable::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QRectF line(0, 0, width(), kLine);
    const QVector<double> widths = valueWidths(width() - 2 * kPadding);
    if (!m_headings.isEmpty()) {
        painter.setFont(fontFor(TextRole::Caption));
        paintLine(painter, line, {.label = {}, .values = m_headings}, widths);
        line.translate(0, kLine);
    }
    painter.setFont(fontFor(TextRole::Body));
    for (const Fact& fact : m_facts) {
        paintLine(painter, line, fact, widths);
        line.translate(0, kLine);
    }
}

void FactsTable::paintLine(QPainter& painter, const QRectF& line, const Fact& fact,
                           const QVector<double>& widths) const {
    if (fact.marked)
        paintBox(painter, line.adjusted(0, 1, 0, -1), colors().accentSoft, {}, 4);
    else
        painter.fillRect(QRectF(line.left(), line.bottom() - 1, line.width(), 1), colors().border);
    const QRectF in = line.adjusted(kPadding, 0, -kPadding, 0);
    const double labelWidth = in.width() - std::accumulate(widths.begin(), widths.end(), 0.0);
    painter.setPen(colors().muted);
    const QFontMetrics metrics = painter.fontMetrics();
    painter.drawText(QRectF(in.left(), in.top(), labelWidth, in.height()),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(fact.label, Qt::ElideRight, int(labelWidth)));
    const bool heading = fact.label.isEmpty();
    painter.setPen(heading ? colors().muted : colors().text);
    if (fact.marked)
        painter.setFont(fontFor(TextRole::BodyStrong));
    double left = in.left() + labelWidth;
    for (qsizetype i = 0; i < fact.values.size(); ++i) {
        const QRectF cell(left + kGap, in.top(), widths[i] - kGap, in.height());
        left += widths[i];
        drawTabular(
            painter, cell, Qt::AlignRight,
            painter.fontMetrics().elidedText(fact.values[i], Qt::ElideMiddle, int(cell.width())));
    }
    painter.setFont(fontFor(heading ? TextRole::Caption : TextRole::Body));
}

}  // namespace hearth::ui
