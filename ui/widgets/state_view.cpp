#include "ui/widgets/state_view.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/widgets/button.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/icon_label.h"

namespace hearth::ui {
namespace {

constexpr int kColumn = 420;
constexpr int kBeforeMargins = 1000;  // the column takes its width first

}  // namespace

StateView::StateView(QWidget* parent) : QWidget(parent) {
    // A column of its own width, less where there is less room: a layout that aligns its items
    // would cut wrapped texts short.
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(metrics::kMargin, metrics::kMargin, metrics::kMargin, metrics::kMargin);
    auto* inner = new QWidget;
    inner->setMaximumWidth(kColumn);
    row->addStretch(1);
    row->addWidget(inner, kBeforeMargins);
    row->addStretch(1);
    auto* column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid);
    column->addStretch(2);
    m_icon = new IconLabel({}, 40, Tone::Muted);
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    m_headline = new Label(TextRole::Section);
    m_sentence = new Label(TextRole::Body, Tone::Muted);
    for (Label* label : {m_headline, m_sentence}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setWordWrap(true);
        column->addWidget(label);
    }
    auto* actions = new QHBoxLayout;
    actions->setContentsMargins(0, metrics::kGrid, 0, 0);
    m_secondary = new Button(ButtonKind::Quiet);
    m_primary = new Button(ButtonKind::Primary);
    actions->addStretch(1);
    actions->addWidget(m_primary);
    actions->addWidget(m_secondary);
    actions->addStretch(1);
    column->addLayout(actions);
    m_details = new CopyField;
    column->addWidget(m_details);
    column->addStretch(3);
    setPrimary({});
    setSecondary({});
    setDetails({});
    connect(m_primary, &Button::clicked, this, &StateView::primaryClicked);
    connect(m_secondary, &Button::clicked, this, &StateView::secondaryClicked);
}

void StateView::setIcon(const QString& name, Tone tone) {
    m_icon->setIconName(name);
    m_icon->setTone(tone);
}

void StateView::setHeadline(const QString& headline) {
    m_headline->setText(headline);
    setAccessibleName(headline);
}

void StateView::setSentence(const QString& sentence) {
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    setAccessibleDescription(sentence);
}

void StateView::setPrimary(const QString& text) {
    m_primary->setText(text);
    m_primary->setVisible(!text.isEmpty());
}

void StateView::setSecondary(const QString& text) {
    m_secondary->setText(text);
    m_secondary->setVisible(!text.isEmpty());
}

void StateView::setDetails(const QString& details) {
    m_details->setValue(details);
    m_details->setVisible(!details.isEmpty());
}

}  // namespace hearth::ui
