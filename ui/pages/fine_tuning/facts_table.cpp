#include "ui/pages/fine_tuning/facts_table.h"

#include <QFontMetrics>
#include <QPainter>
#include <algorithm>

#include "ui/theme/paint.h"
#include "ui/theme/tabular.h"
#include "ui/theme/theme.h"

namespace hearth::ui {
namespace {

constexpr int kLine = 30;
constexpr int kPadding = 8;
constexpr double kLabelShare = 0.4;
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

QSize FactsTable::sizeHint() const {
    return {320, kLine * int(m_facts.size() + (m_headings.isEmpty() ? 0 : 1))};
}

void FactsTable::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    QRectF line(0, 0, width(), kLine);
    if (!m_headings.isEmpty()) {
        painter.setFont(fontFor(TextRole::Caption));
        paintLine(painter, line, {.label = {}, .values = m_headings});
        line.translate(0, kLine);
    }
    painter.setFont(fontFor(TextRole::Body));
    for (const Fact& fact : m_facts) {
        paintLine(painter, line, fact);
        line.translate(0, kLine);
    }
}

void FactsTable::paintLine(QPainter& painter, const QRectF& line, const Fact& fact) const {
    if (fact.marked)
        paintBox(painter, line.adjusted(0, 1, 0, -1), colors().accentSoft, {}, 4);
    else
        painter.fillRect(QRectF(line.left(), line.bottom() - 1, line.width(), 1), colors().border);
    const QRectF in = line.adjusted(kPadding, 0, -kPadding, 0);
    const double labelWidth = in.width() * (columns() > 1 ? kLabelShare : 0.5);
    const double each = (in.width() - labelWidth) / columns();
    painter.setPen(colors().muted);
    const QFontMetrics metrics = painter.fontMetrics();
    painter.drawText(QRectF(in.left(), in.top(), labelWidth, in.height()),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(fact.label, Qt::ElideRight, int(labelWidth)));
    const bool heading = fact.label.isEmpty();
    painter.setPen(heading ? colors().muted : colors().text);
    if (fact.marked)
        painter.setFont(fontFor(TextRole::BodyStrong));
    for (qsizetype i = 0; i < fact.values.size(); ++i) {
        const QRectF cell(in.left() + labelWidth + double(i) * each + kGap, in.top(), each - kGap,
                          in.height());
        drawTabular(
            painter, cell, Qt::AlignRight,
            painter.fontMetrics().elidedText(fact.values[i], Qt::ElideMiddle, int(cell.width())));
    }
    painter.setFont(fontFor(heading ? TextRole::Caption : TextRole::Body));
}

}  // namespace hearth::ui
