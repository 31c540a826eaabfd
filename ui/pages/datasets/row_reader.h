#pragma once
#include <QWidget>

#include "ui/api_client/node_types.h"

class QPlainTextEdit;
class QScrollArea;
class QStackedWidget;

namespace hearth::ui {

class Label;
class SegmentedControl;

/// One row in full: as a conversation, or as JSON.
class RowReader : public QWidget {
    Q_OBJECT
public:
    explicit RowReader(QWidget* parent = nullptr);

    void setRow(const DataRow& row);
    void clear();
    QString json() const;
    SegmentedControl* mode() const { return m_mode; }

private:
    void build();
    void showTexts();
    void showConversation();
    void addMessage(QWidget* column, const QString& role, const QString& text, bool learned);

    Label* m_title;
    SegmentedControl* m_mode;
    QStackedWidget* m_views;
    QScrollArea* m_conversation;
    QPlainTextEdit* m_json;
    Label* m_nothing;
    std::optional<DataRow> m_row;
};

}  // namespace hearth::ui
