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
        auto result = arrange(request, *cancelled);
        emit finished(std::make_shared<const Arrangement>(std::move(*result)), request.rows);
        return;
    }
    m_busy = true;
    m_pool.start([this, cancelled, generation = m_generation, request = std::move(request)] {
        auto result = arrange(request, *cancelled);
        if (!result)
            return;
        auto shared = std::make_shared<const Arrangement>(std::move(*result));
        QMetaObject::invokeMethod(this, [this, generation, shared, rows = request.rows] {
            if (generation != m_generation)
                return;
            m_busy = false;
            emit finished(shared, rows);
        });
    });
}

}  // namespace hearth::ui
