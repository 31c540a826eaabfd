#pragma once
#include <QWidget>

#include "ui/api_client/data_types.h"

namespace hearth::ui {

class IconLabel;
class Label;

/// One thing that a report has found: what, how many, where, and what to do.
class FindingRow : public QWidget {
    Q_OBJECT
public:
    explicit FindingRow(const ReportFinding& finding, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void describe();

    ReportFinding m_finding;
    Label* m_title;
    Label* m_advice;
    Label* m_lines;
    Label* m_count;
};

}  // namespace hearth::ui
