#pragma once
#include <QAbstractTableModel>
#include <QHash>
#include <QSet>
#include <QTimer>

#include "ui/api_client/node_api.h"

namespace hearth::ui {

/// The rows of a data set that match a search, fetched a page at a time as they come into sight;
/// a set may have millions.
class RowsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    static constexpr int kPage = 100;
    static constexpr int kKeptPages = 40;

    explicit RowsModel(NodeApi& api, QObject* parent = nullptr);

    /// Starts over. An empty id leaves the model empty.
    void open(const QString& fileId, const QString& search = {});
    /// Asks again for the page that failed.
    void retry();
    /// Null while the row is on its way.
    const DataRow* row(int index) const;
    bool isLoading() const { return !m_begun; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

signals:
    /// The first page has come: how many rows there are, and how many match.
    void counted(qint64 total, qint64 matched);
    void failed(const hearth::ui::ApiFailure& failure);

private:
    void want(int page) const;
    void fetchWanted();
    void fetch(int page);
    void take(int page, const DataRows& rows);

    NodeApi& m_api;
    QString m_fileId;
    QString m_search;
    int m_generation = 0;
    bool m_begun = true;
    int m_matched = 0;
    QHash<int, QVector<DataRow>> m_pages;
    QList<int> m_order;           // of m_pages, the latest last
    mutable QList<int> m_wanted;  // the latest last
    mutable QTimer m_soon;        // a fling of the scroll bar passes many pages
    QSet<int> m_underWay;
};

}  // namespace hearth::ui
