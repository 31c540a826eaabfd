#include "ui/pages/datasets/upload_problems.h"

#include <QVBoxLayout>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/pages/datasets/file_lines.h"
#include "ui/theme/theme.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/elided_label.h"

namespace hearth::ui {

UploadProblems::UploadProblems(QWidget* parent)
    : QWidget(parent), m_banner(new Banner), m_list(new QVBoxLayout) {
    m_banner->setTone(Tone::Bad);
    m_list->setSpacing(metrics::kGrid + metrics::kGrid / 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kGap);
    column->addWidget(m_banner);
    column->addLayout(m_list);
    hide();
    translated(this, [this] { showTexts(); });
}

void UploadProblems::present(const QString& path, const ApiFailure& failure) {
    m_path = path;
    m_failure = failure;
    showTexts();
    setVisible(true);
}

void UploadProblems::clear() {
    ++m_run;
    m_failure = {};
    rebuild({});
    hide();
}

void UploadProblems::showTexts() {
    // The node's own message repeats the lines that stand below.
    m_banner->setText(m_failure.problems.isEmpty()
                          ? m_failure.message
                          : tr("Nothing was stored. Mend these lines and upload the file again."));
    rebuild({});
    if (!m_failure.problems.isEmpty())
        readLines();
}

void UploadProblems::readLines() {
    QSet<qint64> numbers;
    for (const LineProblem& problem : m_failure.problems)
        numbers.insert(problem.line);
    m_pool.start([this, run = ++m_run, path = m_path, numbers] {
        QMetaObject::invokeMethod(this, [this, run, lines = linesOfFile(path, numbers)] {
            if (run == m_run)
                rebuild(lines);
        });
    });
}

void UploadProblems::rebuild(const QHash<qint64, QString>& lines) {
    while (QLayoutItem* item = m_list->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const LineProblem& problem : m_failure.problems)
        addProblem(problem, lines.value(problem.line));
}

void UploadProblems::addProblem(const LineProblem& problem, const QString& line) {
    auto* block = new QWidget;
    auto* column = new QVBoxLayout(block);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* what = new Label(tr("line %1: %2").arg(formatCount(problem.line), problem.message));
    what->setWordWrap(true);
    what->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(what);
    if (!line.isEmpty()) {
        auto* text = new ElidedLabel(TextRole::MonoCaption, Tone::Muted);
        text->setText(line);
        column->addWidget(text);
    }
    m_list->addWidget(block);
}

}  // namespace hearth::ui
