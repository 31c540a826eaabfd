// What a table shows instead of rows.
#include <QStackedWidget>

#include "ui/widgets/state_view.h"
#include "ui/widgets/table/data_table.h"
#include "ui/widgets/table/table_model.h"
#include "ui/widgets/table/table_toolbar.h"
#include "ui/widgets/table/table_view.h"

namespace hearth::ui {

void DataTable::setLoading() {
    m_failure.clear();
    m_loaded = m_loaded && !m_rows.isEmpty();
    showState();
}

void DataTable::setFailed(const QString& message, const QString& details) {
    if (!m_rows.isEmpty())
        return;
    m_failure = message;
    m_failureDetails = details;
    showState();
}

void DataTable::setEmptyState(TableEmptyState state) {
    m_empty = std::move(state);
    showStateTexts();
}

void DataTable::showState() {
    if (!m_failure.isEmpty())
        setState(State::Failed);
    else if (!m_loaded)
        setState(State::Loading);
    else if (m_rows.isEmpty())
        setState(State::Empty);
    else if (m_model->rowCount() == 0 && !m_arranger.isBusy() && !filter().isEmpty())
        setState(State::NothingMatches);
    else
        setState(State::Rows);
}

void DataTable::setState(State state) {
    m_state = state;
    const bool rows = state == State::Rows || state == State::Loading;
    // While nothing matches, the filter must stay in reach; with nothing to filter it is noise.
    m_toolbar->setVisible(rows || state == State::NothingMatches);
    m_view->setSkeleton(state == State::Loading);
    m_stack->setCurrentIndex(rows ? 0 : 1);
    showStateTexts();
}

void DataTable::showStateTexts() {
    m_stateView->setSecondary({});
    m_stateView->setDetails(m_state == State::Failed ? m_failureDetails : QString());
    if (m_state == State::Failed) {
        m_stateView->setIcon("error", Tone::Bad);
        m_stateView->setHeadline(tr("This could not be loaded"));
        m_stateView->setSentence(m_failure);
        m_stateView->setPrimary(tr("Try again"));
    } else if (m_state == State::NothingMatches) {
        m_stateView->setIcon("search", Tone::Muted);
        m_stateView->setHeadline(tr("Nothing matches"));
        m_stateView->setSentence(tr("No row has all that the filter asks for."));
        m_stateView->setPrimary(tr("Clear filter"));
    } else if (m_state == State::Empty) {
        const TableEmptyTexts texts =
            m_empty.texts ? m_empty.texts() : TableEmptyTexts{tr("Nothing here yet"), {}, {}};
        m_stateView->setIcon(m_empty.icon, Tone::Muted);
        m_stateView->setHeadline(texts.title);
        m_stateView->setSentence(texts.sentence);
        m_stateView->setPrimary(texts.button);
    }
}

void DataTable::stateButtonPressed() {
    if (m_state == State::Failed)
        emit retryRequested();
    else if (m_state == State::NothingMatches)
        setFilter({});
    else
        emit emptyActionRequested();
}

}  // namespace hearth::ui
