// A fake node in the middle of a working day: two models, traffic, alarms, runs in every state.
#pragma once
#include <QJsonObject>

#include "tests/ui/support/fake_node.h"

namespace hearth::ui {

/// Answers status, metrics, usage, alarms, models, files and everything of fine-tuning.
/// Runs: "ftjob-running", "ftjob-queued", "ftjob-done", "ftjob-older", "ftjob-failed".
void makeBusy(FakeNode& node);

QJsonObject busyStatus();
QJsonObject busyJob(const QString& id, const QString& status, const QString& tunedModel = {});
/// Curves of a run that has come to `steps`.
QJsonObject busyCurves(int steps, double level = 1);

}  // namespace hearth::ui
