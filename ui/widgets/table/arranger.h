#pragma once
#include <QObject>
#include <QThreadPool>

#include "ui/widgets/table/arrangement.h"

namespace hearth::ui {

/// Arranges tables off the GUI thread; the latest request wins. Up to kInline rows are arranged at
/// once, inside request(), so that small tables never show a stale order.
class Arranger : public QObject {
    Q_OBJECT
public:
    static constexpr int kInline = 2000;

    explicit Arranger(QObject* parent = nullptr);
    ~Arranger() override;

    void request(ArrangeRequest request);
    /// Lets go of what may hold the last copy of many rows, where nobody waits for it.
    void dispose(std::shared_ptr<const Arrangement> arrangement);
    /// A request is on its way; finished() will follow.
    bool isBusy() const { return m_busy; }

signals:
    /// The arrangement of the latest request.
    void finished(const std::shared_ptr<const Arrangement>& arrangement);

private:
    void cancel();

    ArrangeMemo m_memo;  // the worker's, while one runs
    QThreadPool m_pool;
    std::shared_ptr<std::atomic<bool>> m_cancelled;
    quint64 m_generation = 0;
    bool m_busy = false;
};

}  // namespace hearth::ui
