#include "ui/widgets/segmented_control.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QPainter>

#include "ui/theme/paint.h"
#include "ui/theme/theme.h"
#include "ui/widgets/segment.h"

namespace hearth::ui {

SegmentedControl::SegmentedControl(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(2, 2, 2, 2);
    row->setSpacing(2);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_group = new QButtonGroup(this);
    connect(m_group, &QButtonGroup::idClicked, this, [this](int id) { emit chosen(m_data[id]); });
}

void SegmentedControl::addChoice(const QVariant& data, const QString& text,
                                 const QString& iconName) {
    auto* segment = new Segment(iconName, this);
    segment->setText(text);
    segment->setChecked(m_data.isEmpty());
    m_group->addButton(segment, count());
    m_data.append(data);
    layout()->addWidget(segment);
}

void SegmentedControl::setText(int index, const QString& text) {
    m_group->button(index)->setText(text);
    m_group->button(index)->updateGeometry();
}

int SegmentedControl::count() const {
    return int(m_data.size());
}

QVariant SegmentedControl::choice() const {
    return m_data.value(m_group->checkedId());
}

void SegmentedControl::setChoice(const QVariant& data) {
    const qsizetype index = m_data.indexOf(data);
    if (index >= 0)
        m_group->button(int(index))->setChecked(true);
}

void SegmentedControl::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintBox(painter, rect(), colors().raised, colors().border);
}

}  // namespace hearth::ui
