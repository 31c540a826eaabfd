#pragma once
#include <QKeySequence>
#include <QWidget>

namespace hearth::ui {

/// A shortcut drawn as keycaps.
class KeyHint : public QWidget {
    Q_OBJECT
public:
    explicit KeyHint(const QKeySequence& keys, QWidget* parent = nullptr);

    void setKeys(const QKeySequence& keys);
    QStringList caps() const { return m_caps; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QStringList m_caps;
};

}  // namespace hearth::ui
