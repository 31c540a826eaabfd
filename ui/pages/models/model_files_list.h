#pragma once
#include <QWidget>

#include "ui/api_client/node_types.h"

class QVBoxLayout;

namespace hearth::ui {

/// A model's files: name and size, below them the SHA-256 to copy.
class ModelFilesList : public QWidget {
    Q_OBJECT
public:
    explicit ModelFilesList(QWidget* parent = nullptr);

    void setFiles(const QVector<ModelFile>& files);

private:
    void addFile(const ModelFile& file);

    QVBoxLayout* m_column;
    QVector<ModelFile> m_files;
};

}  // namespace hearth::ui
