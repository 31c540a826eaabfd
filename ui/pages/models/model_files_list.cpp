#include "ui/pages/models/model_files_list.h"

#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/copy_field.h"
#include "ui/widgets/elided_label.h"

namespace hearth::ui {

ModelFilesList::ModelFilesList(QWidget* parent) : QWidget(parent), m_column(new QVBoxLayout(this)) {
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(metrics::kGap);
    auto* title = new Label(TextRole::BodyStrong);
    m_column->addWidget(title);
    translated(title, [title] { title->setText(tr("Files")); });
    hide();
}

void ModelFilesList::setFiles(const QVector<ModelFile>& files) {
    const auto same = [](const ModelFile& a, const ModelFile& b) {
        return a.name == b.name && a.bytes == b.bytes && a.sha256 == b.sha256;
    };
    // Polling asks again every few seconds; a selection in a digest survives that.
    if (std::equal(files.begin(), files.end(), m_files.begin(), m_files.end(), same))
        return;
    m_files = files;
    while (QLayoutItem* item = m_column->takeAt(1)) {
        delete item->widget();
        delete item;
    }
    for (const ModelFile& file : files)
        addFile(file);
    setVisible(!files.isEmpty());
}

void ModelFilesList::addFile(const ModelFile& file) {
    auto* block = new QWidget;
    auto* column = new QVBoxLayout(block);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGrid / 2);
    auto* line = new QHBoxLayout;
    auto* name = new ElidedLabel;
    name->setText(file.name);
    name->setElideMode(Qt::ElideMiddle);
    auto* size = new Label(TextRole::Body, Tone::Muted);
    line->addWidget(name, 1);
    line->addWidget(size);
    column->addLayout(line);
    auto* digest = new CopyField;
    digest->setValue(file.sha256);
    column->addWidget(digest);
    translated(block, [file, size, digest] {
        size->setText(formatBytes(double(file.bytes)));
        digest->setName(tr("SHA-256 of %1").arg(file.name));
    });
    m_column->addWidget(block);
}

}  // namespace hearth::ui
