// How the node is and what it does: the page that is open all day.
#pragma once
#include <QTimer>

#include "ui/api_client/node_types.h"
#include "ui/api_client/outcome.h"
#include "ui/shell/page.h"

namespace hearth::ui {

class Banner;
class CacheCard;
class Card;
class Chart;
class HealthCard;
class LineList;
class MachineCard;
class NodeTiles;

class OverviewPage : public Page {
    Q_OBJECT
public:
    explicit OverviewPage(AppContext& context);

    void shown() override;
    void left() override;
    QVector<PageCommand> commands() override;

    NodeTiles* tiles() const { return m_tiles; }
    Chart* chart() const { return m_chart; }
    LineList* runs() const { return m_runs; }
    LineList* models() const { return m_models; }

private:
    void build();
    QWidget* buildGrid();
    void connectWatch();
    void showTexts();
    void askHistory();
    bool zoomToLife(const NodeMetrics& metrics, double now);
    void takeMetrics(const Outcome<NodeMetrics>& metrics, double now);
    void askUsage(qint64 now);
    void showStatus();
    void showAlarms();
    void showRuns();
    void showModels();
    void showFailure(const ApiFailure& failure);

    QTimer m_clock;      // asks for the history anew
    qint64 m_since = 0;  // Unix seconds; where a young node's history begins, else 0
    Banner* m_trouble;
    HealthCard* m_health;
    NodeTiles* m_tiles;
    Card* m_chartCard;
    Chart* m_chart;
    CacheCard* m_cache;
    Card* m_modelsCard;
    LineList* m_models;
    Card* m_runsCard;
    LineList* m_runs;
    MachineCard* m_machine;
};

}  // namespace hearth::ui
