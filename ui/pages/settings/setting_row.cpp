#include "ui/pages/settings/setting_row.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/theme/tokens.h"
#include "ui/widgets/label.h"

namespace hearth::ui {
namespace {

constexpr int kControlColumn = 380;

}  // namespace

SettingRow::SettingRow(QWidget* control, QWidget* parent) : QWidget(parent), m_control(control) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(metrics::kMargin);
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    m_title = new Label(TextRole::Body);
    m_help = new Label(TextRole::Caption, Tone::Muted);
    m_help->setWordWrap(true);
    // Beside a control in the middle; beside a text of several lines at its first.
    if (!qobject_cast<QLabel*>(control))
        words->addStretch(1);
    words->addWidget(m_title);
    words->addWidget(m_help);
    words->addStretch(1);
    row->addLayout(words, 1);
    auto* side = new QWidget;
    side->setFixedWidth(kControlColumn);
    auto* column = new QHBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(control);
    const bool fills = control->sizePolicy().horizontalPolicy() & QSizePolicy::ExpandFlag;
    if (!fills)
        column->addStretch(1);
    row->addWidget(side);
}

void SettingRow::setTexts(const QString& title, const QString& help) {
    m_title->setText(title);
    m_help->setText(help);
    m_help->setVisible(!help.isEmpty());
    QWidget* named = m_control->focusProxy() ? m_control->focusProxy() : m_control;
    named->setAccessibleName(title);
    named->setAccessibleDescription(help);
}

}  // namespace hearth::ui
