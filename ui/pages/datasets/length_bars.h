#pragma once
#include <QWidget>
#include <optional>

#include "ui/api_client/data_types.h"

namespace hearth::ui {

/// How long rows are, as bars: rows up to 16, 32, 64, ... tokens or characters. What is longer
/// than a limit stands out.
class LengthBars : public QWidget {
    Q_OBJECT
public:
    explicit LengthBars(QWidget* parent = nullptr);

    void setLengths(const RowLengths& lengths, std::optional<qint64> limit);

    QSize sizeHint() const override { return {320, 132}; }
    QSize minimumSizeHint() const override { return {200, 132}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    RowLengths m_lengths;
    std::optional<qint64> m_limit;
};

}  // namespace hearth::ui
