#pragma once
#include <QTextEdit>

#include "ui/api_client/data_types.h"

namespace hearth::ui {

/// Rows as a model sees them, with what it learns from marked: by colour and by a line below.
class MaskView : public QTextEdit {
    Q_OBJECT
public:
    explicit MaskView(QWidget* parent = nullptr);

    void setRows(const QVector<MaskedRow>& rows);

private:
    void compose();

    QVector<MaskedRow> m_rows;
};

}  // namespace hearth::ui
