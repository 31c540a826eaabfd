#include "ui/widgets/table/arrangement.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ui/widgets/table/cell_text.h"
#include "ui/widgets/table/sort_key.h"

namespace hearth::ui {
namespace {

constexpr int kCheckEvery = 4096;  // rows between two looks at the cancellation

/// The row's textual cells in one string, case folded.
QString searchedText(const ArrangeRequest& request, const TableRow& row) {
    QString text;
    for (int c = 0; c < int(request.kinds.size()); ++c) {
        const CellKind kind = request.kinds[size_t(c)];
        if (isNumeric(kind))
            continue;
        const Cell& cell = cellOf(row, c);
        text += kind == CellKind::Status ? request.labels[size_t(c)].value(cell.text, cell.text)
                                         : cell.text;
        text += u'\n';  // no word reaches from one cell into the next
        if (!cell.note.isEmpty())
            text += cell.note + u'\n';
    }
    return std::move(text).toCaseFolded();
}

QStringList wordsOf(const TableFilter& filter) {
    return filter.text.normalized(QString::NormalizationForm_C)
        .toCaseFolded()
        .simplified()
        .split(u' ', Qt::SkipEmptyParts);
}

bool containsAll(const QString& text, const QStringList& words) {
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& word) { return text.contains(word); });
}

/// How many of the value filters the row fails; `failed` is the last such column.
int failedValues(const ArrangeRequest& request, const TableRow& row, int& failed) {
    int count = 0;
    const auto& filters = request.filter.values;
    for (auto it = filters.begin(); it != filters.end(); ++it) {
        if (!it->contains(cellOf(row, it.key()).text)) {
            failed = it.key();
            ++count;
        }
    }
    return count;
}

bool rememberSearched(const ArrangeRequest& request, ArrangeMemo& memo,
                      const std::atomic<bool>& cancelled) {
    if (memo.searched.size() == size_t(request.rows.size()))
        return true;
    memo.searched.clear();
    memo.searched.reserve(size_t(request.rows.size()));
    for (const TableRow& row : request.rows) {
        if (memo.searched.size() % kCheckEvery == 0 && cancelled)
            return false;
        memo.searched.push_back(searchedText(request, row));
    }
    return true;
}

/// Marks the rows that pass. A row passes a column's count when it fails no filter but, at most,
/// that column's own.
bool filterRows(const ArrangeRequest& request, ArrangeMemo& memo, std::vector<char>& passes,
                Arrangement& result, const std::atomic<bool>& cancelled) {
    const QStringList words = wordsOf(request.filter);
    if (!words.isEmpty() && !rememberSearched(request, memo, cancelled))
        return false;
    for (int column : request.counted)
        result.counts[column];
    for (int i = 0; i < int(request.rows.size()); ++i) {
        if (i % kCheckEvery == 0 && cancelled)
            return false;
        const TableRow& row = request.rows[i];
        int failed = -1;
        const int failures = failedValues(request, row, failed);
        if (failures > 1 || !(words.isEmpty() || containsAll(memo.searched[size_t(i)], words)))
            continue;
        for (int column : request.counted) {
            if (failures == 0 || column == failed)
                ++result.counts[column][cellOf(row, column).text];
        }
        passes[size_t(i)] = failures == 0;
    }
    return true;
}

struct NumberKey {
    double number;
    int row;
};

struct TextKey {
    // Eight code units behind what all keys share, as two numbers: they decide nearly every
    // comparison without a jump to the text.
    quint64 high;
    quint64 low;
    const QString* text;
    int row;
};

quint64 packed(QStringView key) {
    quint64 units = 0;
    for (qsizetype i = 0; i < 4; ++i)
        units = units << 16 | (i < key.size() ? key[i].unicode() : 0);
    return units;
}

int compareKeys(const NumberKey& a, const NumberKey& b) {
    return a.number < b.number ? -1 : int(a.number > b.number);
}

int compareKeys(const TextKey& a, const TextKey& b) {
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    if (a.low != b.low)
        return a.low < b.low ? -1 : 1;
    return QStringView(*a.text).compare(*b.text);
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

/// Sorts the rows that have a number; leaves those without in `missing`.
void sortNumbers(const ArrangeRequest& request, std::vector<int>& order,
                 std::vector<int>& missing) {
    std::vector<NumberKey> keys;
    keys.reserve(size_t(request.rows.size()));
    for (int row = 0; row < int(request.rows.size()); ++row) {
        const double number = cellOf(request.rows[row], request.sort.column).number;
        if (std::isnan(number))
            missing.push_back(row);
        else
            keys.push_back({number, row});
    }
    appendSorted(keys, request.sort.direction, order);
}

qsizetype sharedPrefix(const std::vector<QString>& texts) {
    qsizetype shared = texts.empty() ? 0 : texts.front().size();
    for (const QString& text : texts) {
        const QString& first = texts.front();
        shared = std::min(shared, text.size());
        qsizetype same = 0;
        while (same < shared && first[same] == text[same])
            ++same;
        shared = same;
    }
    return shared;
}

void sortTexts(const ArrangeRequest& request, std::vector<int>& order, std::vector<int>& missing) {
    const auto& labels = request.labels[size_t(request.sort.column)];
    std::vector<QString> texts;
    std::vector<int> places;
    texts.reserve(size_t(request.rows.size()));
    for (int row = 0; row < int(request.rows.size()); ++row) {
        const QString& text = cellOf(request.rows[row], request.sort.column).text;
        if (text.isEmpty()) {
            missing.push_back(row);
            continue;
        }
        texts.push_back(naturalSortKey(labels.isEmpty() ? text : labels.value(text, text)));
        places.push_back(row);
    }
    const qsizetype shared = sharedPrefix(texts);
    std::vector<TextKey> keys;
    keys.reserve(texts.size());
    for (size_t i = 0; i < texts.size(); ++i) {
        const QStringView rest = QStringView(texts[i]).mid(shared);
        const QStringView later = rest.size() > 4 ? rest.mid(4) : QStringView();
        keys.push_back({packed(rest), packed(later), &texts[i], places[i]});
    }
    appendSorted(keys, request.sort.direction, order);
}

void rememberSorted(const ArrangeRequest& request, ArrangeMemo& memo) {
    if (memo.sort == request.sort && memo.sorted.size() == size_t(request.rows.size()))
        return;
    memo.sort = request.sort;
    memo.sorted.clear();
    memo.sorted.reserve(size_t(request.rows.size()));
    const int column = request.sort.column;
    if (column < 0 || column >= int(request.kinds.size())) {
        memo.sorted.resize(size_t(request.rows.size()));
        std::iota(memo.sorted.begin(), memo.sorted.end(), 0);
        return;
    }
    std::vector<int> missing;
    if (isNumeric(request.kinds[size_t(column)]))
        sortNumbers(request, memo.sorted, missing);
    else
        sortTexts(request, memo.sorted, missing);
    memo.sorted.insert(memo.sorted.end(), missing.begin(), missing.end());
}

/// Forgets what is known of other rows, or of these in another language.
void begin(const ArrangeRequest& request, ArrangeMemo& memo) {
    if (memo.rows.constData() == request.rows.constData() &&
        memo.rows.size() == request.rows.size() && memo.labels == request.labels)
        return;
    RowIndex index;
    index.reserve(request.rows.size());
    for (int i = 0; i < int(request.rows.size()); ++i)
        index.insert(request.rows[i].id, i);
    memo = {.rows = request.rows,
            .indexOf = std::make_shared<const RowIndex>(std::move(index)),
            .labels = request.labels};
}

}  // namespace

std::optional<Arrangement> arrange(const ArrangeRequest& request, ArrangeMemo& memo,
                                   const std::atomic<bool>& cancelled) {
    begin(request, memo);
    Arrangement result{.rows = request.rows, .indexOf = memo.indexOf};
    std::vector<char> passes(size_t(request.rows.size()), 0);
    if (!filterRows(request, memo, passes, result, cancelled))
        return std::nullopt;
    rememberSorted(request, memo);
    for (int row : memo.sorted) {
        if (passes[size_t(row)])
            result.order.push_back(row);
    }
    if (cancelled)
        return std::nullopt;
    return result;
}

}  // namespace hearth::ui
