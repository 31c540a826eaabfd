#pragma once
#include <QHash>

#include "ui/api_client/node_api.h"
#include "ui/widgets/card.h"

namespace hearth::ui {

class FactsTable;

/// The versions of the data set that a file belongs to, newest first, with what each has added and
/// taken away. Hidden for a file that is in none.
class VersionsCard : public Card {
    Q_OBJECT
public:
    explicit VersionsCard(NodeApi& api, QWidget* parent = nullptr);

    void open(const DataFile& file);
    FactsTable* facts() const { return m_facts; }

private:
    void take(const QVector<DataVersion>& versions);
    void askDiff(qint64 version);
    void showVersions();

    NodeApi& m_api;
    DataFile m_file;
    QVector<DataVersion> m_versions;     // newest first
    QHash<qint64, VersionDiff> m_diffs;  // from the version before, by version
    int m_opening = 0;                   // answers to an earlier one are dropped
    FactsTable* m_facts;
};

}  // namespace hearth::ui
