#include "ui/widgets/chart/chart.h"

#include <QCheckBox>
#include <QKeyEvent>
#include <QMenu>
#include <QStackedLayout>
#include <QVBoxLayout>

#include "ui/i18n/language.h"
#include "ui/widgets/button.h"
#include "ui/widgets/chart/chart_rows.h"
#include "ui/widgets/chart/chart_table.h"
#include "ui/widgets/chart/legend.h"
#include "ui/widgets/chart/plot.h"
#include "ui/widgets/label.h"

namespace hearth::ui {
namespace {

constexpr double kSmoothing = 0.9;  // about the last ten points

}  // namespace

Chart::Chart(ChartOptions options, QWidget* parent)
    : QWidget(parent),
      m_data(new ChartData(options, this)),
      m_title(new Label(TextRole::Section)),
      m_unit(new Label(TextRole::Caption, Tone::Muted)),
      m_legend(new Legend(m_data)),
      m_smooth(new QCheckBox),
      m_tableButton(new Button(ButtonKind::Plain, QStringLiteral("table"))),
      m_menuButton(new Button(ButtonKind::Plain, QStringLiteral("more"))),
      m_menu(new QMenu(this)),
      m_plot(new Plot(m_data)),
      m_table(new ChartTable),
      m_pages(new QStackedLayout) {
    build();
    buildMenu();
    connect(m_smooth, &QCheckBox::toggled, this,
            [this](bool on) { m_data->setSmoothing(on ? kSmoothing : 0); });
    connect(m_tableButton, &Button::toggled, this, &Chart::setTableShown);
    connect(m_data, &ChartData::changed, this, [this] {
        if (isTableShown())
            fillTable();
    });
    translated(this, [this] { showTexts(); });
}

void Chart::build() {
    auto* header = new QHBoxLayout;
    header->setSpacing(metrics::kGrid);
    header->addWidget(m_title, 0, Qt::AlignTop);
    header->addWidget(m_unit, 0, Qt::AlignTop);
    header->addWidget(m_legend, 1, Qt::AlignTop);
    header->addStretch(0);
    for (QWidget* tool : {static_cast<QWidget*>(m_smooth), static_cast<QWidget*>(m_tableButton),
                          static_cast<QWidget*>(m_menuButton)})
        header->addWidget(tool, 0, Qt::AlignTop);
    for (Label* label : {m_title, m_unit})
        label->setFixedHeight(metrics::kControlHeight);
    m_smooth->setFixedHeight(metrics::kControlHeight);
    m_smooth->setVisible(m_data->options().offerSmoothing);
    m_tableButton->setCheckable(true);

    m_pages->addWidget(m_plot);
    m_pages->addWidget(m_table);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid / 2);
    column->addLayout(header);
    column->addLayout(m_pages, 1);
}

void Chart::setTitle(const QString& title, const QString& unit) {
    m_title->setText(title);
    m_title->setVisible(!title.isEmpty());
    m_unit->setText(unit);
    m_unit->setVisible(!unit.isEmpty());
    const QString name = unit.isEmpty() ? title : title + ", " + unit;
    m_plot->setAccessibleName(name);
    m_table->setAccessibleName(name);
}

void Chart::setXName(const QString& name) {
    m_xName = name;
    if (isTableShown())
        fillTable();
}

void Chart::linkWith(Chart* other) {
    m_plot->share(other->m_plot->sharedX());
}

void Chart::setLoading(bool loading) {
    m_plot->setLoading(loading);
}

void Chart::setEmptyText(const QString& text) {
    m_emptyText = text;
    showTexts();
}

void Chart::setSmooth(bool smooth) {
    m_smooth->setChecked(smooth);
}

bool Chart::isSmooth() const {
    return m_smooth->isChecked();
}

void Chart::setTableShown(bool shown) {
    if (shown == isTableShown())
        return;
    const bool hadFocus = m_plot->hasFocus() || m_table->hasFocus();
    if (shown)
        fillTable();
    m_pages->setCurrentWidget(shown ? static_cast<QWidget*>(m_table) : m_plot);
    m_tableButton->setChecked(shown);
    if (hadFocus)
        m_pages->currentWidget()->setFocus(Qt::ShortcutFocusReason);
}

bool Chart::isTableShown() const {
    return m_pages->currentWidget() == m_table;
}

void Chart::keyPressEvent(QKeyEvent* event) {
    const bool plain = !(event->modifiers() & ~Qt::ShiftModifier);
    if (plain && event->key() == Qt::Key_T)
        setTableShown(!isTableShown());
    else if (plain && event->key() == Qt::Key_S && m_data->options().offerSmoothing)
        m_smooth->toggle();
    else
        QWidget::keyPressEvent(event);
}

void Chart::fillTable() {
    m_table->setRows(rowsOf(*m_data, m_plot->visibleX()), m_data->options().y, xName());
}

QString Chart::xName() const {
    if (!m_xName.isEmpty())
        return m_xName;
    return m_data->options().x == Quantity::Time ? tr("Time") : tr("Step");
}

void Chart::showTexts() {
    m_plot->setEmptyText(m_emptyText.isEmpty() ? tr("No values yet") : m_emptyText);
    m_smooth->setText(tr("Smooth"));
    m_smooth->setAccessibleName(tr("Smooth the curves"));
    m_tableButton->setName(tr("Show as table"));
    m_menuButton->setName(tr("More for this chart"));
    if (isTableShown())
        fillTable();
}

}  // namespace hearth::ui
