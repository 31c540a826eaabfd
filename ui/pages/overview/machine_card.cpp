#include "ui/pages/overview/machine_card.h"

#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/meter.h"

namespace hearth::ui {
namespace {

/// The node raises its alarms at these shares of what is left.
Tone toneOfFree(double free, double low, double bad) {
    return free < bad ? Tone::Bad : free < low ? Tone::Attention : Tone::Accent;
}

}  // namespace

MachineCard::MachineCard(QWidget* parent)
    : Card(parent),
      m_processorName(new ElidedLabel(TextRole::Body, Tone::Muted)),
      m_processor(new Meter),
      m_memory(new Meter),
      m_disk(new Meter) {
    body()->setSpacing(12);
    body()->addWidget(m_processorName);
    for (Meter* meter : {m_processor, m_memory, m_disk})
        body()->addWidget(meter);
    body()->addStretch(1);
    translated(this, [this] { describe(); });
}

void MachineCard::showStatus(const NodeStatus& status) {
    m_status = status;
    describe();
}

void MachineCard::showProcessorShare(std::optional<double> share) {
    m_cpuShare = share;
    describe();
}

void MachineCard::describe() {
    setTitle(tr("Machine"));
    m_processor->setLabel(tr("Processor, by the node"));
    m_memory->setLabel(tr("Memory"));
    m_disk->setLabel(tr("Disk"));
    m_processor->setValue(m_cpuShare.value_or(0),
                          m_cpuShare ? formatPercent(*m_cpuShare, 0) : QString(QChar(0x2013)));
    if (!m_status)
        return;
    QStringList processor{
        m_status->cores > 0 ? tr("%n cores", nullptr, m_status->cores) : QString(),
        m_status->processor};
    processor.removeAll({});
    m_processorName->setText(processor.join(QStringLiteral(" · ")));
    const auto memory = double(m_status->memoryTotal),
               available = double(m_status->memoryAvailable);
    const auto disk = double(m_status->diskTotal), free = double(m_status->diskFree);
    if (memory > 0) {
        m_memory->setTone(toneOfFree(available / memory, 0.08, 0.03));
        m_memory->setValue(
            1 - available / memory,
            tr("%1 of %2").arg(formatBytes(memory - available), formatBytes(memory)));
    }
    if (disk > 0) {
        m_disk->setTone(toneOfFree(free / disk, 0.1, 0.02));
        m_disk->setValue(1 - free / disk,
                         tr("%1 of %2").arg(formatBytes(disk - free), formatBytes(disk)));
    }
}

}  // namespace hearth::ui
