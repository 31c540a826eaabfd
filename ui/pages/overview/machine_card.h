#pragma once
#include "ui/api_client/node_types.h"
#include "ui/widgets/card.h"

namespace hearth::ui {

class ElidedLabel;
class Meter;

/// Processor, memory and disk of the node's machine.
class MachineCard : public Card {
    Q_OBJECT
public:
    explicit MachineCard(QWidget* parent = nullptr);

    void showStatus(const NodeStatus& status);
    /// The node's share of the processor lately, 0..1.
    void showProcessorShare(std::optional<double> share);

private:
    void describe();

    std::optional<NodeStatus> m_status;
    std::optional<double> m_cpuShare;
    ElidedLabel* m_processorName;
    Meter* m_processor;
    Meter* m_memory;
    Meter* m_disk;
};

}  // namespace hearth::ui
