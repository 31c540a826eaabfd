#include "ui/pages/schedules/hours_editor.h"

#include <QHBoxLayout>

#include "ui/i18n/language.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/button.h"
#include "ui/widgets/combo_box.h"
#include "ui/widgets/label.h"
#include "ui/widgets/line_field.h"

namespace hearth::ui {
namespace {

constexpr int kTimeWidth = 66;
const DraftWindow kUsual{"weekdays", "20:00", "06:00"};
const QStringList kUsualDays{"daily", "weekdays", "weekends", "mon", "tue",
                             "wed",   "thu",      "fri",      "sat", "sun"};

}  // namespace

HoursEditor::HoursEditor(QWidget* parent)
    : QWidget(parent),
      m_column(new QVBoxLayout(this)),
      m_always(new Label(TextRole::Body, Tone::Muted)),
      m_add(new Button(ButtonKind::Quiet, "plus")) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(metrics::kGrid);
    m_column->addWidget(m_always);
    m_column->addWidget(m_add, 0, Qt::AlignLeft);
    setFocusProxy(m_add);
    connect(m_add, &Button::clicked, this, [this] {
        addRow(kUsual);
        m_rows.last().days->setFocus(Qt::OtherFocusReason);
        emit changed();
    });
    translated(this, [this] { showTexts(); });
}

void HoursEditor::setWindows(const QVector<DraftWindow>& windows) {
    const QSignalBlocker quiet(this);
    for (const Row& row : m_rows)
        delete row.line;
    m_rows.clear();
    m_always->show();
    for (const DraftWindow& window : windows)
        addRow(window);
}

QVector<DraftWindow> HoursEditor::windows() const {
    QVector<DraftWindow> windows;
    for (const Row& row : m_rows)
        windows.append({row.days->choice().toString(), row.from->text(), row.to->text()});
    return windows;
}

void HoursEditor::addRow(const DraftWindow& window) {
    const Row row{.line = new QWidget,
                  .days = new ComboBox,
                  .dash = new Label(QStringLiteral("–"), TextRole::Body, Tone::Muted),
                  .from = new LineField,
                  .to = new LineField,
                  .remove = new Button(ButtonKind::Plain, "trash")};
    auto* line = new QHBoxLayout(row.line);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(metrics::kGrid);
    line->addWidget(row.days, 1);
    line->addWidget(row.from);
    line->addWidget(row.dash);
    line->addWidget(row.to);
    line->addWidget(row.remove);
    for (LineField* edit : {row.from, row.to})
        edit->setFixedWidth(kTimeWidth);
    fillDays(row, window.days);
    row.from->setText(window.from);
    row.to->setText(window.to);
    connect(row.days, &ComboBox::chosen, this, &HoursEditor::changed);
    for (const LineField* edit : {row.from, row.to})
        connect(edit, &LineField::settled, this, &HoursEditor::changed);
    connect(row.remove, &Button::clicked, this, [this, whole = row.line] { removeRow(whole); });
    m_column->insertWidget(m_column->indexOf(m_add), row.line);
    m_rows.append(row);
    m_always->hide();
    showRowTexts(row);
}

void HoursEditor::removeRow(const QWidget* line) {
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].line != line)
            continue;
        m_rows[i].line->hide();
        m_rows[i].line->deleteLater();  // its own button has called us
        m_rows.removeAt(i);
        break;
    }
    m_always->setVisible(m_rows.isEmpty());
    m_add->setFocus(Qt::OtherFocusReason);
    emit changed();
}

void HoursEditor::fillDays(const Row& row, const QString& chosen) {
    QStringList codes = kUsualDays;
    if (!codes.contains(chosen) && !chosen.isEmpty())
        codes.append(chosen);
    QList<Choice> choices;
    for (const QString& code : codes) {
        const QVector<bool> days = daysOfText(code);
        const QString text = code == "daily"      ? tr("Every day")
                             : code == "weekdays" ? tr("Weekdays")
                             : code == "weekends" ? tr("Weekends")
                             : days.isEmpty()     ? code
                                                  : daysText(days);
        choices.append({code, text});
    }
    row.days->setChoices(choices);
    row.days->setChoice(chosen);
}

void HoursEditor::showRowTexts(const Row& row) {
    fillDays(row, row.days->choice().toString());
    row.days->setAccessibleName(tr("Days"));
    row.from->setAccessibleName(tr("From"));
    row.to->setAccessibleName(tr("Until"));
    row.remove->setName(tr("Remove these hours"));
}

void HoursEditor::showTexts() {
    m_always->setText(tr("At any time"));
    m_add->setText(tr("Add hours"));
    for (const Row& row : m_rows)
        showRowTexts(row);
}

}  // namespace hearth::ui
