#include "ui/pages/fine_tuning/runs_table.h"

#include <QCoreApplication>

#include "ui/models/job_texts.h"

namespace hearth::ui {
namespace {

struct RunsTable {
    Q_DECLARE_TR_FUNCTIONS(RunsTable)
};

Cell accuracyOf(const Job& job) {
    return job.evaluations.isEmpty() ? Cell() : Cell(job.evaluations.first().after);
}

Cell durationOf(const Job& job) {
    return job.startedAt && job.finishedAt ? Cell(*job.finishedAt - *job.startedAt) : Cell();
}

}  // namespace

Columns runColumns() {
    return {
        {.id = "run", .title = [] { return RunsTable::tr("Run"); }, .width = 200, .stretch = true},
        {.id = "status",
         .title = [] { return RunsTable::tr("Status"); },
         .kind = CellKind::Status,
         .width = 130,
         .chips = true,
         .chipsShown = false,
         .values = jobStatusValues()},
        {.id = "progress",
         .title = [] { return RunsTable::tr("Progress"); },
         .kind = CellKind::Progress,
         .width = 130},
        {.id = "base", .title = [] { return RunsTable::tr("Base model"); }, .width = 120},
        {.id = "file", .title = [] { return RunsTable::tr("Training file"); }, .width = 110},
        {.id = "right",
         .title = [] { return RunsTable::tr("Right answers"); },
         .kind = CellKind::Percent,
         .width = 100},
        {.id = "took",
         .title = [] { return RunsTable::tr("Took"); },
         .kind = CellKind::Duration,
         .width = 90},
        {.id = "created",
         .title = [] { return RunsTable::tr("Created"); },
         .kind = CellKind::Time,
         .width = 130},
        {.id = "tokens",
         .title = [] { return RunsTable::tr("Trained tokens"); },
         .kind = CellKind::Number,
         .hidden = true},
        {.id = "id",
         .title = [] { return RunsTable::tr("Id"); },
         .kind = CellKind::Mono,
         .width = 200,
         .hidden = true},
    };
}

TableRow rowOf(const Job& job, const FileNames& files) {
    return {
        .id = job.id,
        .cells = {jobTitle(job), job.status, job.active() ? Cell(jobShare(job)) : Cell(), job.model,
                  files.value(job.trainingFile, job.trainingFile), accuracyOf(job), durationOf(job),
                  job.createdAt, job.trainedTokens > 0 ? Cell(job.trainedTokens) : Cell(), job.id},
        .faded = job.status == QLatin1String("cancelled")};
}

}  // namespace hearth::ui
