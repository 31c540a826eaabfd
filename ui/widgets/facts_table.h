#pragma once
#include <QStringList>
#include <QVector>
#include <QWidget>

namespace hearth::ui {

struct Fact {
    QString label;
    QStringList values;   // one for each column
    bool marked = false;  // stands out: the values differ

    bool operator==(const Fact&) const = default;
};

/// Labels and values in lines, for what is read and not sorted: settings, results.
class FactsTable : public QWidget {
    Q_OBJECT
public:
    explicit FactsTable(QWidget* parent = nullptr);

    /// Names of the value columns; empty: no heading.
    void setHeadings(const QStringList& headings);
    void setFacts(const QVector<Fact>& facts);
    const QVector<Fact>& facts() const { return m_facts; }
    /// "Settings": names the table for screen readers, which get all of it as the description.
    void setName(const QString& name);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    /// The whole line as a tooltip: parts of it may be shortened.
    bool event(QEvent* event) override;

private:
    int columns() const;
    void describe();
    /// Of the value columns: equal shares, or what each needs where that is not enough.
    QVector<double> valueWidths(double room) const;
    void paintLine(QPainter& painter, const QRectF& line, const Fact& fact,
                   const QVector<double>& widths) const;

    QStringList m_headings;
    QVector<Fact> m_facts;
};

}  // namespace hearth::ui
