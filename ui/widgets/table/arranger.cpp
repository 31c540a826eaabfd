#include "ui/widgets/table/arranger.h"

namespace hearth::ui {

Arranger::Arranger(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
    m_pool.setExpiryTimeout(2000);
}

Arranger::~Arranger() {
    cancel();
    m_pool.waitForDone();
}

void Arranger::cancel() {
    if (m_cancelled)
        *m_cancelled = true;
    ++m_generation;
}

void Arranger::request(ArrangeRequest request) {
    cancel();
    auto cancelled = m_cancelled = std::make_shared<std::atomic<bool>>(false);
    if (request.rows.size() <= kInline) {
        m_busy = false;
        ArrangeMemo memo;
        auto result = arrange(request, memo, *cancelled);
        emit finished(std::make_shared<const Arrangement>(std::move(*result)));
        return;
    }
    m_busy = true;
    m_pool.start([this, cancelled, generation = m_generation, request = std::move(request)] {
        auto result = arrange(request, m_memo, *cancelled);
        if (!result)
            return;
        auto shared = std::make_shared<const Arrangement>(std::move(*result));
        QMetaObject::invokeMethod(this, [this, generation, shared] {
            if (generation != m_generation)
                return;
            m_busy = false;
            emit finished(shared);
        });
    });
}

void Arranger::dispose(std::shared_ptr<const Arrangement> arrangement) {
    if (arrangement && arrangement->rows.size() > kInline)
        m_pool.start([old = std::move(arrangement)]() mutable { old.reset(); });
}

}  // namespace hearth::ui
