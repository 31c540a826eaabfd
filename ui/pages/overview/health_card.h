#pragma once
#include "ui/api_client/node_types.h"
#include "ui/widgets/card.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

class ElidedLabel;
class IconLabel;

/// How the node is, in one line, and below it everything that asks for somebody.
class HealthCard : public Card {
    Q_OBJECT
public:
    explicit HealthCard(QWidget* parent = nullptr);

    void showNode(const NodeStatus& status);
    void showAlarms(const QVector<Alarm>& alarms);
    /// The node does not answer; what else stands here is the last that it said.
    void showAway(bool away);
    /// From the top.
    QVector<QWidget*> buttons() const;

signals:
    void opened(const QString& page, const QString& item);

private:
    QString headline(bool starting, Tone tone) const;
    void describe();
    void rebuildRows();

    std::optional<NodeStatus> m_status;
    QVector<Alarm> m_alarms;
    bool m_away = false;
    IconLabel* m_icon;
    Label* m_headline;
    ElidedLabel* m_facts;
    QVBoxLayout* m_rows;
    QVector<class AlarmRow*> m_alarmRows;
};

}  // namespace hearth::ui
