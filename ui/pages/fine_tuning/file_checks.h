#pragma once
#include <QVector>
#include <QWidget>

#include "ui/api_client/node_types.h"
#include "ui/pages/fine_tuning/run_draft.h"

class QCheckBox;
class QVBoxLayout;

namespace hearth::ui {

class Label;

/// A check box for each file.
class FileChecks : public QWidget {
    Q_OBJECT
public:
    explicit FileChecks(QWidget* parent = nullptr);

    /// Keeps what is checked.
    void setFiles(const QVector<DataFile>& files);
    void setChecked(const QStringList& fileIds);
    void setEmptyText(const QString& text);
    /// Names are the files' names without their ending.
    QVector<DraftEvaluation> checked() const;
    const QVector<QCheckBox*>& boxes() const { return m_boxes; }

signals:
    void changed();

private:
    QVBoxLayout* m_column;
    Label* m_empty;
    QVector<DataFile> m_files;
    QVector<QCheckBox*> m_boxes;
};

}  // namespace hearth::ui
