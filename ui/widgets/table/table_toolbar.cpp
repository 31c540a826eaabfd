#include "ui/widgets/table/table_toolbar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMenu>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/theme/theme.h"
#include "ui/widgets/button.h"
#include "ui/widgets/label.h"
#include "ui/widgets/search_field.h"
#include "ui/widgets/table/filter_chips.h"

namespace hearth::ui {
namespace {
constexpr int kSearchWidth = 240;
}

TableToolbar::TableToolbar(const Columns& columns, QWidget* parent)
    : QWidget(parent),
      m_chips(new FilterChips(columns)),
      m_right(new QHBoxLayout),
      m_counts(new Label(TextRole::Body, Tone::Muted)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kGrid);
    buildSearch();
    row->addWidget(m_search, 0, Qt::AlignTop);
    row->addSpacing(metrics::kGrid);
    row->addWidget(m_chips, 1, Qt::AlignVCenter);
    if (m_chips->isEmpty())
        row->addStretch(1);
    m_right->setSpacing(metrics::kGrid);
    m_right->addWidget(m_counts);
    buildButtons();
    row->addLayout(m_right);
    row->setAlignment(m_right, Qt::AlignTop);
    connect(m_chips, &FilterChips::changed, this, &TableToolbar::filterChanged);
    translated(this, [this] { showCounts(); });
}

void TableToolbar::buildSearch() {
    m_search = new SearchField;
    m_search->setFixedWidth(kSearchWidth);
    m_search->installEventFilter(this);
    connect(m_search, &SearchField::searched, this, &TableToolbar::filterChanged);
    translated(m_search, [this] {
        m_search->setPlaceholderText(tr("Filter"));
        m_search->setAccessibleName(tr("Filter rows"));
        m_search->setToolTip(
            tr("Filter rows (%1)")
                .arg(QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText)));
    });
}

void TableToolbar::buildButtons() {
    m_columns = new Button(ButtonKind::Plain, "columns");
    m_export = new Button(ButtonKind::Plain, "download");
    m_columnMenu = new QMenu(this);
    m_exportMenu = new QMenu(this);
    for (auto [button, menu] :
         {std::pair{m_columns, m_columnMenu}, std::pair{m_export, m_exportMenu}}) {
        connect(button, &Button::clicked, menu, [button = button, menu = menu] {
            menu->popup(button->mapToGlobal(
                QPoint(button->width() - menu->sizeHint().width(), button->height() + 4)));
        });
        m_right->addWidget(button);
    }
    translated(this, [this] {
        m_columns->setName(tr("Choose columns"));
        m_export->setName(tr("Export what is shown"));
    });
}

void TableToolbar::addWidget(QWidget* widget) {
    m_right->insertWidget(m_right->count() - 2, widget);
}

TableFilter TableToolbar::filter() const {
    return {.text = m_search->text(), .values = m_chips->values()};
}

void TableToolbar::setFilter(const TableFilter& filter) {
    if (filter == this->filter())
        return;
    {
        const QSignalBlocker quiet(m_search);
        m_search->setText(filter.text);
    }
    m_chips->setValues(filter.values);
    emit filterChanged();
}

void TableToolbar::setCounts(int shown, int total, int selected) {
    m_shown = shown;
    m_total = total;
    m_selected = selected;
    showCounts();
}

void TableToolbar::showCounts() {
    QString text = m_shown == m_total
                       ? tr("%Ln rows", nullptr, m_total)
                       : tr("%1 of %2").arg(formatCount(m_shown), formatCount(m_total));
    if (m_selected > 1)
        text = tr("%1 selected").arg(formatCount(m_selected)) + QStringLiteral(" \u00B7 ") + text;
    m_counts->setText(m_total > 0 ? text : QString());
}

bool TableToolbar::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_search || event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    // While a syllable is in composition, the arrows belong to the input method.
    if (static_cast<QKeyEvent*>(event)->key() != Qt::Key_Down || m_search->isComposing())
        return false;
    emit leftDownwards();
    return true;
}

}  // namespace hearth::ui
