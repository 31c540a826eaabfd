#include "ui/widgets/table/arrangement.h"

#include <algorithm>
#include <cmath>

#include "ui/widgets/table/cell_text.h"
#include "ui/widgets/table/sort_key.h"

namespace hearth::ui {
namespace {

constexpr int kCheckEvery = 4096;  // rows between two looks at the cancellation

/// Tests one row at a time; made once for a request.
class Matcher {
public:
    explicit Matcher(const ArrangeRequest& request) : m_request(request) {
        m_words = request.filter.text.normalized(QString::NormalizationForm_C)
                      .simplified()
                      .split(u' ', Qt::SkipEmptyParts);
        for (int c = 0; c < int(request.kinds.size()); ++c) {
            if (!isNumeric(request.kinds[size_t(c)]))
                m_textual.push_back(c);
        }
    }

    bool matchesText(const TableRow& row) const {
        return std::all_of(m_words.begin(), m_words.end(), [&](const QString& word) {
            return std::any_of(m_textual.begin(), m_textual.end(),
                               [&](int c) { return cellContains(row, c, word); });
        });
    }

    /// How many of the value filters the row fails; `failed` is the last such column.
    int failedValues(const TableRow& row, int& failed) const {
        int count = 0;
        for (auto it = m_request.filter.values.begin(); it != m_request.filter.values.end(); ++it) {
            if (!it->contains(cellOf(row, it.key()).text)) {
                failed = it.key();
                ++count;
            }
        }
        return count;
    }

private:
    bool cellContains(const TableRow& row, int column, const QString& word) const {
        const Cell& cell = cellOf(row, column);
        if (m_request.kinds[size_t(column)] == CellKind::Status) {
            const auto& labels = m_request.labels[size_t(column)];
            return labels.value(cell.text, cell.text).contains(word, Qt::CaseInsensitive);
        }
        return cell.text.contains(word, Qt::CaseInsensitive) ||
               (!cell.note.isEmpty() && cell.note.contains(word, Qt::CaseInsensitive));
    }

    const ArrangeRequest& m_request;
    QStringList m_words;
    std::vector<int> m_textual;
};

/// A row passes a column's count when it fails no filter but, at most, that column's own.
bool filterRows(const ArrangeRequest& request, const std::atomic<bool>& cancelled,
                Arrangement& result) {
    const Matcher matcher(request);
    for (int column : request.counted)
        result.counts[column];
    result.order.reserve(size_t(request.rows.size()));
    for (int i = 0; i < int(request.rows.size()); ++i) {
        if (i % kCheckEvery == 0 && cancelled)
            return false;
        const TableRow& row = request.rows[i];
        int failed = -1;
        const int failures = matcher.failedValues(row, failed);
        if (failures > 1 || !matcher.matchesText(row))
            continue;
        for (int column : request.counted) {
            if (failures == 0 || column == failed)
                ++result.counts[column][cellOf(row, column).text];
        }
        if (failures == 0)
            result.order.push_back(i);
    }
    return true;
}

struct NumberKey {
    double number;
    int row;
};

struct TextKey {
    quint64 prefix;  // the first four code units: decides most comparisons without a jump
    QString text;
    int row;
};

quint64 prefixOf(const QString& key) {
    quint64 prefix = 0;
    for (qsizetype i = 0; i < 4; ++i)
        prefix = prefix << 16 | (i < key.size() ? key[i].unicode() : 0);
    return prefix;
}

int compareKeys(const NumberKey& a, const NumberKey& b) {
    return a.number < b.number ? -1 : int(a.number > b.number);
}

int compareKeys(const TextKey& a, const TextKey& b) {
    if (a.prefix != b.prefix)
        return a.prefix < b.prefix ? -1 : 1;
    return QStringView(a.text).compare(b.text);
}

/// The comparison ends in the row's place, so that std::sort gives the stable result.
template <typename Key>
void appendSorted(std::vector<Key>& keys, Qt::SortOrder direction, std::vector<int>& order) {
    const int sign = direction == Qt::AscendingOrder ? 1 : -1;
    std::sort(keys.begin(), keys.end(), [sign](const Key& a, const Key& b) {
        const int compared = compareKeys(a, b);
        return compared != 0 ? compared * sign < 0 : a.row < b.row;
    });
    for (const Key& key : keys)
        order.push_back(key.row);
}

/// Sorts the rows that have a key; leaves those without in `missing`.
void sortNumbers(const ArrangeRequest& request, std::vector<int>& order,
                 std::vector<int>& missing) {
    std::vector<NumberKey> keys;
    keys.reserve(order.size());
    for (int row : order) {
        const double number = cellOf(request.rows[row], request.sort.column).number;
        if (std::isnan(number))
            missing.push_back(row);
        else
            keys.push_back({number, row});
    }
    order.clear();
    appendSorted(keys, request.sort.direction, order);
}

void sortTexts(const ArrangeRequest& request, std::vector<int>& order, std::vector<int>& missing) {
    const auto& labels = request.labels[size_t(request.sort.column)];
    std::vector<TextKey> keys;
    keys.reserve(order.size());
    for (int row : order) {
        const QString& text = cellOf(request.rows[row], request.sort.column).text;
        if (text.isEmpty()) {
            missing.push_back(row);
            continue;
        }
        QString key = naturalSortKey(labels.value(text, text));
        const quint64 prefix = prefixOf(key);
        keys.push_back({prefix, std::move(key), row});
    }
    order.clear();
    appendSorted(keys, request.sort.direction, order);
}

void sortRows(const ArrangeRequest& request, std::vector<int>& order) {
    const int column = request.sort.column;
    if (column < 0 || column >= int(request.kinds.size()))
        return;
    std::vector<int> missing;
    if (isNumeric(request.kinds[size_t(column)]))
        sortNumbers(request, order, missing);
    else
        sortTexts(request, order, missing);
    order.insert(order.end(), missing.begin(), missing.end());
}

}  // namespace

std::optional<Arrangement> arrange(const ArrangeRequest& request,
                                   const std::atomic<bool>& cancelled) {
    Arrangement result;
    if (!filterRows(request, cancelled, result))
        return std::nullopt;
    sortRows(request, result.order);
    if (cancelled)
        return std::nullopt;
    return result;
}

}  // namespace hearth::ui
