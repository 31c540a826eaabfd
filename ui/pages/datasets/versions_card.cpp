#include "ui/pages/datasets/versions_card.h"

#include <algorithm>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"
#include "ui/widgets/facts_table.h"

namespace hearth::ui {
namespace {

constexpr qsizetype kShown = 5;

/// "+20 −3", or "the same rows".
QString changeText(const VersionDiff& diff) {
    QStringList parts;
    if (diff.added > 0)
        parts.append('+' + formatCount(diff.added));
    if (diff.removed > 0)
        parts.append(QChar(0x2212) + formatCount(diff.removed));
    if (diff.changed > 0)
        parts.append(VersionsCard::tr("%1 changed", "rows").arg(formatCount(diff.changed)));
    return parts.isEmpty() ? VersionsCard::tr("the same rows") : parts.join(' ');
}

}  // namespace

VersionsCard::VersionsCard(NodeApi& api, QWidget* parent)
    : Card(parent), m_api(api), m_facts(new FactsTable) {
    body()->addWidget(m_facts);
    hide();
    translated(this, [this] {
        setTitle(tr("Versions"));
        setHelp(tr("What each has added to the one before, and taken away."));
        m_facts->setName(tr("Versions"));
        showVersions();
    });
}

void VersionsCard::open(const DataFile& file) {
    m_file = file;
    m_versions.clear();
    m_diffs.clear();
    showVersions();
    // A version's file has the name of its data set.
    m_api.dataVersions(file.filename, this,
                       [this, opening = ++m_opening](const Outcome<QVector<DataVersion>>& known) {
                           if (opening == m_opening && known)
                               take(*known);
                       });
}

void VersionsCard::take(const QVector<DataVersion>& versions) {
    const bool mine = std::ranges::any_of(
        versions, [this](const DataVersion& version) { return version.fileId == m_file.id; });
    if (!mine)
        return;
    m_versions = versions;
    std::ranges::sort(m_versions, std::greater(), &DataVersion::number);
    m_versions = m_versions.mid(0, kShown);
    showVersions();
    for (const DataVersion& version : m_versions)
        if (version.number > 1)
            askDiff(version.number);
}

void VersionsCard::askDiff(qint64 version) {
    m_api.versionDiff(m_file.filename, version - 1, version, this,
                      [this, version, opening = m_opening](const Outcome<VersionDiff>& diff) {
                          if (opening != m_opening || !diff)
                              return;
                          m_diffs.insert(version, *diff);
                          showVersions();
                      });
}

void VersionsCard::showVersions() {
    QVector<Fact> facts;
    for (const DataVersion& version : m_versions) {
        const auto diff = m_diffs.constFind(version.number);
        facts.append({.label = tr("Version %1").arg(formatCount(version.number)),
                      .values = {formatWhen(version.createdAt), formatCount(version.rows),
                                 diff == m_diffs.constEnd() ? QString() : changeText(*diff)},
                      .marked = version.fileId == m_file.id});
    }
    m_facts->setHeadings({tr("Made"), tr("Rows"), tr("Difference")});
    m_facts->setFacts(facts);
    setVisible(!facts.isEmpty());
}

}  // namespace hearth::ui
