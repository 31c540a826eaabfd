// What there is to say about a run, as lines of a facts table. In the present language.
#pragma once
#include <QHash>

#include "ui/api_client/node_types.h"
#include "ui/widgets/facts_table.h"

namespace hearth::ui {

using FileNames = QHash<QString, QString>;  // by file id

/// Base and files.
QVector<Fact> inputFacts(const Job& job, const FileNames& files);
/// These, times and tokens.
QVector<Fact> originFacts(const Job& job, const FileNames& files);
/// The hyperparameters that it really runs with and its method heeds: the common ones by name, the
/// rest under the key that the node uses.
QVector<Fact> settingFacts(const Job& job);
/// Share of right answers before and after, and the change in points.
QVector<Fact> evaluationFacts(const Job& job);
QStringList evaluationHeadings();

/// Lines of both runs; those whose values differ are marked. A line that one lacks has a dash.
QVector<Fact> comparedFacts(const QVector<Fact>& a, const QVector<Fact>& b);
/// The evaluations of both runs by name: after training.
QVector<Fact> comparedEvaluations(const Job& a, const Job& b);

}  // namespace hearth::ui
