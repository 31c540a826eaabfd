#include "ui/pages/fine_tuning/file_checks.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QVBoxLayout>

#include "ui/widgets/label.h"

namespace hearth::ui {
namespace {

constexpr int kLongestName = 64;

}  // namespace

FileChecks::FileChecks(QWidget* parent)
    : QWidget(parent),
      m_column(new QVBoxLayout(this)),
      m_empty(new Label(TextRole::Body, Tone::Muted)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(6);
    m_empty->setWordWrap(true);
    m_column->addWidget(m_empty);
}

void FileChecks::setEmptyText(const QString& text) {
    m_empty->setText(text);
}

void FileChecks::setFiles(const QVector<DataFile>& files) {
    QStringList kept;
    for (const DraftEvaluation& e : checked())
        kept.append(e.fileId);
    qDeleteAll(m_boxes);
    m_boxes.clear();
    m_files = files;
    for (const DataFile& file : files) {
        auto* box = new QCheckBox(QString(file.filename).replace('&', "&&"));
        box->setAccessibleName(file.filename);
        connect(box, &QCheckBox::toggled, this, &FileChecks::changed);
        m_column->addWidget(box);
        m_boxes.append(box);
    }
    m_empty->setVisible(files.isEmpty());
    setFocusProxy(m_boxes.value(0));
    setChecked(kept);
}

void FileChecks::setChecked(const QStringList& fileIds) {
    for (qsizetype i = 0; i < m_boxes.size(); ++i)
        m_boxes[i]->setChecked(fileIds.contains(m_files[i].id));
}

QVector<DraftEvaluation> FileChecks::checked() const {
    QVector<DraftEvaluation> files;
    for (qsizetype i = 0; i < m_boxes.size(); ++i) {
        if (m_boxes[i]->isChecked())
            files.append(
                {.name = QFileInfo(m_files[i].filename).completeBaseName().left(kLongestName),
                 .fileId = m_files[i].id});
    }
    return files;
}

}  // namespace hearth::ui
