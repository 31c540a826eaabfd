#pragma once
#include <QWidget>

#include "ui/api_client/node_api.h"

class QStackedWidget;

namespace hearth::ui {

class Button;
class Label;
class ReportView;
class RowReader;
class RowsList;
class RowsModel;
class SearchField;
class SegmentedControl;
class StateView;
class ViewHead;

/// One data set: its rows, in a list that loads as one scrolls, with a search and the chosen row in
/// full; and the report on it.
class RowBrowser : public QWidget {
    Q_OBJECT
public:
    explicit RowBrowser(NodeApi& api, QWidget* parent = nullptr);

    void open(const DataFile& file);
    const QString& fileId() const { return m_file.id; }
    /// Of training data.
    void showReport();
    SegmentedControl* mode() const { return m_mode; }
    ReportView* report() const { return m_report; }
    SearchField* search() const { return m_search; }
    RowsList* list() const { return m_list; }
    RowReader* reader() const { return m_reader; }
    Button* back() const;
    Button* fineTune() const { return m_fineTune; }

signals:
    void closed();
    void fineTuneRequested(const QString& fileId);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void build();
    void connectParts();
    void showTexts();
    void showMode();
    void showCounts();
    void showRow(int row);
    void showFailure(const ApiFailure& failure);

    RowsModel* m_model;
    Label* m_counts;
    SegmentedControl* m_mode;  // "rows", "report"
    SearchField* m_search;
    Button* m_fineTune;
    ViewHead* m_head;
    QStackedWidget* m_views;  // the rows, or the report
    QWidget* m_rows = nullptr;
    ReportView* m_report;
    QStackedWidget* m_stack;  // the list, or why there is none
    RowsList* m_list;
    StateView* m_state;
    RowReader* m_reader;
    DataFile m_file;
    qint64 m_total = -1;
    qint64 m_matched = 0;
    int m_shown = -1;
    QString m_failure;
};

}  // namespace hearth::ui
