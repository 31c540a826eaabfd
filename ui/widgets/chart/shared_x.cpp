#include "ui/widgets/chart/shared_x.h"

#include <algorithm>

namespace hearth::ui {

SharedX::Member& SharedX::member(QObject* owner) {
    if (!m_members.contains(owner))
        connect(owner, &QObject::destroyed, this, [this, owner] { forget(owner); });
    return m_members[owner];
}

void SharedX::setBounds(QObject* owner, std::optional<Range> bounds) {
    Member& of = member(owner);
    if (of.bounds == bounds)
        return;
    of.bounds = bounds;
    if (m_zoomed)  // the data may have become less
        show(*m_zoomed);
    emit changed();
}

void SharedX::setGutter(QObject* owner, int pixels) {
    Member& of = member(owner);
    if (of.gutter == pixels)
        return;
    of.gutter = pixels;
    emit changed();
}

void SharedX::forget(QObject* owner) {
    disconnect(owner, nullptr, this, nullptr);
    if (m_members.remove(owner) > 0)
        emit changed();
}

Range SharedX::full() const {
    std::optional<Range> all;
    for (const Member& of : m_members) {
        if (!of.bounds)
            continue;
        const Range& b = *of.bounds;
        all =
            all ? Range{.low = std::min(all->low, b.low), .high = std::max(all->high, b.high)} : b;
    }
    if (!all)
        return {};
    if (all->width() <= 0)
        return {.low = all->low - 0.5, .high = all->high + 0.5};
    return *all;
}

int SharedX::gutter() const {
    int widest = 0;
    for (const Member& of : m_members)
        widest = std::max(widest, of.gutter);
    return widest;
}

void SharedX::show(Range range) {
    const Range all = full();
    const double width = std::max(range.width(), all.width() * 1e-6);
    if (width >= all.width() * (1 - 1e-9)) {
        showAll();
        return;
    }
    const double middle = (range.low + range.high) / 2;
    const double low = std::clamp(middle - width / 2, all.low, all.high - width);
    m_zoomed = Range{.low = low, .high = low + width};
    emit changed();
}

void SharedX::showAll() {
    m_zoomed.reset();
    emit changed();
}

void SharedX::pan(double share) {
    if (!m_zoomed)
        return;
    const double by = share * m_zoomed->width();
    show({.low = m_zoomed->low + by, .high = m_zoomed->high + by});
}

void SharedX::zoom(double factor, double anchor) {
    const Range now = visible();
    show({.low = anchor - (anchor - now.low) / factor,
          .high = anchor + (now.high - anchor) / factor});
}

void SharedX::setCursor(std::optional<double> value) {
    if (m_cursor == value)
        return;
    m_cursor = value;
    emit changed();
}

}  // namespace hearth::ui
