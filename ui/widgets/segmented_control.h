#pragma once
#include <QVariant>
#include <QWidget>

class QButtonGroup;

namespace hearth::ui {

/// One of two to five choices, all in sight. Arrow keys move; one stop for Tab. Radio buttons to
/// screen readers.
class SegmentedControl : public QWidget {
    Q_OBJECT
public:
    explicit SegmentedControl(QWidget* parent = nullptr);

    /// Texts come later, in translated(): setText(index, ...). The first becomes the choice.
    void addChoice(const QVariant& data, const QString& text = {}, const QString& iconName = {});
    void setText(int index, const QString& text);

    int count() const;
    QVariant choice() const;
    /// Unknown data changes nothing. Emits nothing.
    void setChoice(const QVariant& data);

signals:
    /// By the user only.
    void chosen(const QVariant& data);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QButtonGroup* m_group;
    QVariantList m_data;
};

}  // namespace hearth::ui
