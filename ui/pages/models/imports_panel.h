#pragma once
#include <QSet>
#include <QWidget>
#include <map>

#include "ui/api_client/node_types.h"

class QVBoxLayout;

namespace hearth::ui {

class Banner;
class ProgressRow;

/// Imports under way, and those that failed until somebody has seen it. Hidden while there are
/// none.
class ImportsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ImportsPanel(QWidget* parent = nullptr);

    /// All that the node knows. Ends are told once, and only of imports seen running here.
    void setImports(const QVector<ModelImport>& imports);
    bool anyRunning() const;

signals:
    void cancelRequested(const QString& id);
    void succeeded(const QString& model);

private:
    void showRunning(const ModelImport& import);
    void showFailed(const ModelImport& import);
    void drop(const QString& id);
    /// With a place for the model's name.
    static QString doing(const QString& status);
    void describe(const ModelImport& import);

    QVBoxLayout* m_column;
    std::map<QString, ProgressRow*> m_running;
    std::map<QString, Banner*> m_failed;
    std::map<QString, ModelImport> m_imports;
    QSet<QString> m_seen;  // failures that were closed
};

}  // namespace hearth::ui
