#include "ui/pages/datasets/rows_model.h"

#include "ui/i18n/format.h"
#include "ui/pages/datasets/row_messages.h"

namespace hearth::ui {
namespace {
constexpr int kSoonMs = 40;
constexpr int kAtOnce = 2;  // pages wanted when a fling ends: what is in sight spans two at most
constexpr int kMostRows = 10'000'000;
}  // namespace

RowsModel::RowsModel(NodeApi& api, QObject* parent) : QAbstractTableModel(parent), m_api(api) {
    m_soon.setSingleShot(true);
    m_soon.setInterval(kSoonMs);
    connect(&m_soon, &QTimer::timeout, this, &RowsModel::fetchWanted);
}

void RowsModel::open(const QString& fileId, const QString& search) {
    beginResetModel();
    ++m_generation;
    m_fileId = fileId;
    m_search = search;
    m_matched = 0;
    m_begun = fileId.isEmpty();
    m_pages.clear();
    m_order.clear();
    m_wanted.clear();
    m_underWay.clear();
    endResetModel();
    if (!fileId.isEmpty())
        fetch(0);
}

void RowsModel::retry() {
    if (m_begun)
        fetchWanted();
    else
        fetch(0);
}

const DataRow* RowsModel::row(int index) const {
    const int page = index / kPage;
    const auto found = m_pages.constFind(page);
    if (found == m_pages.constEnd()) {
        want(page);
        return nullptr;
    }
    const int within = index % kPage;
    return within < found->size() ? &(*found)[within] : nullptr;
}

void RowsModel::want(int page) const {
    m_wanted.removeAll(page);
    m_wanted.append(page);
    // Not started anew: rows that are painted all the time must not keep it from firing.
    if (!m_soon.isActive())
        m_soon.start();
}

void RowsModel::fetchWanted() {
    const QList<int> wanted = m_wanted.mid(std::max<qsizetype>(m_wanted.size() - kAtOnce, 0));
    m_wanted.clear();
    for (int page : wanted)
        fetch(page);
}

void RowsModel::fetch(int page) {
    if (m_underWay.contains(page) || m_pages.contains(page))
        return;
    m_underWay.insert(page);
    m_api.rows(m_fileId, qint64(page) * kPage, kPage, m_search, this,
               [this, page, generation = m_generation](const Outcome<DataRows>& outcome) {
                   if (generation != m_generation)
                       return;
                   m_underWay.remove(page);
                   if (outcome)
                       return take(page, *outcome);
                   m_wanted.append(page);
                   emit failed(outcome.failure());
               });
}

void RowsModel::take(int page, const DataRows& rows) {
    m_pages.insert(page, rows.rows);
    m_order.removeAll(page);
    m_order.append(page);
    while (m_order.size() > kKeptPages)
        m_pages.remove(m_order.takeFirst());
    if (!m_begun) {
        beginResetModel();
        m_begun = true;
        m_matched = int(std::min<qint64>(rows.matched, kMostRows));
        endResetModel();
        emit counted(rows.total, rows.matched);
        return;
    }
    const int first = page * kPage;
    const int last = std::min(first + kPage, m_matched) - 1;
    if (first <= last)
        emit dataChanged(index(first, 0), index(last, columnCount() - 1));
}

int RowsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : m_matched;
}

int RowsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : 2;
}

QVariant RowsModel::data(const QModelIndex& index, int role) const {
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    const DataRow* found = row(index.row());
    if (!found)
        return QStringLiteral("…");
    return index.column() == 0 ? formatCount(found->line) : previewOf(found->row).text;
}

}  // namespace hearth::ui
