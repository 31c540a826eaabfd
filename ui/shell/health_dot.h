#pragma once
#include <QWidget>

namespace hearth::ui {

enum class Health { Good, Attention, Bad };

/// The node's health as a mark: a disc, a triangle or a square, so that colour is never alone.
class HealthDot : public QWidget {
    Q_OBJECT
public:
    explicit HealthDot(QWidget* parent = nullptr);

    void setHealth(Health health);
    Health health() const { return m_health; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    Health m_health = Health::Good;
};

}  // namespace hearth::ui
