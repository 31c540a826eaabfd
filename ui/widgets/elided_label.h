#pragma once
#include "ui/widgets/label.h"

namespace hearth::ui {

/// One line that gives way where there is no room: shortened with an ellipsis, whole in the
/// tooltip and for screen readers.
class ElidedLabel : public QWidget {
    Q_OBJECT
public:
    explicit ElidedLabel(TextRole role = TextRole::Body, Tone tone = Tone::Normal,
                         QWidget* parent = nullptr);

    void setText(const QString& text);
    QString text() const { return m_text; }
    void setTone(Tone tone);
    /// Right by default; middle for ids and paths.
    void setElideMode(Qt::TextElideMode mode);
    bool isElided() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    QString m_text;
    Tone m_tone;
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

}  // namespace hearth::ui
