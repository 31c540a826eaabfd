#pragma once
#include <QWidget>
#include <initializer_list>

class QHBoxLayout;
class QVBoxLayout;

namespace hearth::ui {

class Banner;

/// A form that fills a page: columns of cards, above them what the node has refused.
class FormSheet : public QWidget {
    Q_OBJECT
public:
    /// No wider than so many pixels.
    explicit FormSheet(int widest, QWidget* parent = nullptr);

    /// At the right of the columns there are, so many parts of the width. A card that is alone in
    /// its column is as high as the highest column.
    void addColumn(std::initializer_list<QWidget*> cards, int parts);
    /// Below the cards.
    void addRow(QWidget* row);

    /// Says why the node refused. requestId: for whoever reads its log; may be empty.
    void refuse(const QString& message, const QString& requestId);
    void clearRefusal();
    Banner* refusal() const { return m_refusal; }

private:
    Banner* m_refusal;
    QHBoxLayout* m_cards;
    QVBoxLayout* m_rows;
};

}  // namespace hearth::ui
