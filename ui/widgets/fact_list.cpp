#include "ui/widgets/fact_list.h"

#include <QGridLayout>
#include <algorithm>

#include "ui/i18n/language.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/label.h"

namespace hearth::ui {
namespace {
constexpr int kNameWidth = 152;
}

FactList::FactList(QWidget* parent)
    : QWidget(parent),
      m_titleLabel(new Label(TextRole::BodyStrong)),
      m_grid(new QGridLayout(this)) {
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(metrics::kGap);
    m_grid->setVerticalSpacing(metrics::kGrid);
    m_grid->setColumnMinimumWidth(0, kNameWidth);
    m_grid->setColumnStretch(1, 1);
    m_grid->addWidget(m_titleLabel, 0, 0, 1, 2);
    m_titleLabel->hide();
    translated(this, [this] { showTexts(); });
}

void FactList::setTitle(std::function<QString()> title) {
    m_title = std::move(title);
    showTexts();
    showTitle();
}

int FactList::addFact(std::function<QString()> name) {
    auto* value = new Label(TextRole::Body);
    value->setWordWrap(true);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return add(std::move(name), value, nullptr);
}

int FactList::addCopyFact(std::function<QString()> name) {
    return add(std::move(name), nullptr, new CopyField);
}

int FactList::add(std::function<QString()> name, Label* value, CopyField* copy) {
    auto* nameLabel = new Label(TextRole::Body, Tone::Muted);
    nameLabel->setWordWrap(true);
    const int row = int(m_facts.size()) + 1;
    QWidget* shown = value ? static_cast<QWidget*>(value) : copy;
    m_grid->addWidget(nameLabel, row, 0, value ? Qt::AlignTop : Qt::AlignVCenter);
    m_grid->addWidget(shown, row, 1);
    nameLabel->hide();
    shown->hide();
    m_facts.push_back({std::move(name), nameLabel, value, copy});
    showTexts();
    return int(m_facts.size()) - 1;
}

void FactList::setValue(int fact, const QString& value) {
    const Fact& f = m_facts[size_t(fact)];
    f.nameLabel->setVisible(!value.isEmpty());
    if (f.valueLabel) {
        f.valueLabel->setText(value);
        f.valueLabel->setVisible(!value.isEmpty());
    } else {
        f.copyField->setValue(value);
        f.copyField->setVisible(!value.isEmpty());
    }
    showTitle();
}

QString FactList::value(int fact) const {
    const Fact& f = m_facts[size_t(fact)];
    return f.valueLabel ? f.valueLabel->text() : f.copyField->value();
}

void FactList::clearValues() {
    for (int i = 0; i < int(m_facts.size()); ++i)
        setValue(i, {});
}

void FactList::showTexts() {
    if (m_title)
        m_titleLabel->setText(m_title());
    for (const Fact& fact : m_facts) {
        fact.nameLabel->setText(fact.name());
        if (fact.copyField)
            fact.copyField->setName(fact.name());
    }
}

void FactList::showTitle() {
    const bool any = std::any_of(m_facts.begin(), m_facts.end(),
                                 [](const Fact& fact) { return !fact.nameLabel->isHidden(); });
    m_titleLabel->setVisible(any && m_title);
    setVisible(any);
}

}  // namespace hearth::ui
