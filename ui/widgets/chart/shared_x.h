// The horizontal axis and cross-hair that charts stacked above each other have in common.
#pragma once
#include <QHash>
#include <QObject>
#include <optional>

#include "ui/widgets/chart/axis.h"

namespace hearth::ui {

/// Owned jointly by its charts. Threading: GUI thread only.
class SharedX : public QObject {
    Q_OBJECT
public:
    /// What `member` has to show, nullopt when it has no points. A member that dies is forgotten.
    void setBounds(QObject* member, std::optional<Range> bounds);
    /// Pixels `member` wants left of its plot. Equal gutters keep stacked plots in line.
    void setGutter(QObject* member, int pixels);
    void forget(QObject* member);

    /// All that any member has; a range of width 1 around a single value.
    Range full() const;
    Range visible() const { return m_zoomed.value_or(full()); }
    bool isZoomed() const { return m_zoomed.has_value(); }
    int gutter() const;

    /// Kept inside full() and no narrower than a millionth of it; as wide as full() means all.
    void show(Range range);
    void showAll();
    /// By a share of the visible width; positive goes to higher values.
    void pan(double share);
    /// factor > 1 shows less. `anchor` stays where it is.
    void zoom(double factor, double anchor);

    std::optional<double> cursor() const { return m_cursor; }
    void setCursor(std::optional<double> value);

signals:
    /// Bounds, visible range, gutter or cursor.
    void changed();

private:
    struct Member {
        std::optional<Range> bounds;
        int gutter = 0;
    };
    Member& member(QObject* owner);

    QHash<QObject*, Member> m_members;
    std::optional<Range> m_zoomed;  // nullopt: follows what there is
    std::optional<double> m_cursor;
};

}  // namespace hearth::ui
