#pragma once
#include "ui/api_client/node_types.h"
#include "ui/widgets/card.h"

namespace hearth::ui {

class Label;
class Meter;

/// What the cache takes beside what keys and values of all heads would: in use now, or for one
/// token while nothing is in use. Models with latent attention and with grouped heads share a node,
/// so it names neither.
class CacheCard : public Card {
    Q_OBJECT
public:
    explicit CacheCard(QWidget* parent = nullptr);

    void showStatus(const NodeStatus& status);
    QString headline() const;

private:
    void describe();
    void showNow(double used, double asMha, double total);
    void showPerToken();

    std::optional<NodeStatus> m_status;
    Label* m_headline;
    Label* m_sentence;
    Meter* m_kept;
    Meter* m_full;
    Meter* m_reserved;
};

}  // namespace hearth::ui
