#pragma once
#include <QThreadPool>
#include <QWidget>

#include "ui/api_client/outcome.h"

class QVBoxLayout;

namespace hearth::ui {

class Banner;

/// Why a file was refused: each bad line by its number, with the line as it stands in the local
/// file.
class UploadProblems : public QWidget {
    Q_OBJECT
public:
    explicit UploadProblems(QWidget* parent = nullptr);

    void present(const QString& path, const ApiFailure& failure);
    void clear();

private:
    void showTexts();
    void addProblem(const LineProblem& problem, const QString& line);
    void readLines();
    void rebuild(const QHash<qint64, QString>& lines);

    Banner* m_banner;
    QVBoxLayout* m_list;
    QString m_path;
    ApiFailure m_failure;
    int m_run = 0;  // of reading; the latest wins
    QThreadPool m_pool;
};

}  // namespace hearth::ui
