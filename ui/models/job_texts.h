// How fine-tuning runs are called, in the console's language.
#pragma once
#include <QString>

#include "ui/api_client/node_types.h"
#include "ui/widgets/label.h"
#include "ui/widgets/table/table_types.h"

namespace hearth::ui {

/// "Running", "Succeeded"; an unknown status as it came.
QString jobStatusText(const QString& status);
Tone jobStatusTone(const QString& status);
/// For a table's column of them.
std::vector<StatusValue> jobStatusValues();

/// What the run makes: the tuned model's name, or its base with the run's id until it has one.
QString jobTitle(const Job& job);
/// 0..1; none before the first step.
std::optional<double> jobShare(const Job& job);
/// "step 120 of 400, 310 tokens/s, 4 min 10 s left"; empty unless running.
QString jobProgressText(const Job& job);

}  // namespace hearth::ui
