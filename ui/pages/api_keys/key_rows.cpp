#include "ui/pages/api_keys/key_rows.h"

#include <QCoreApplication>

#include "ui/i18n/format.h"
#include "ui/i18n/permission_words.h"

namespace hearth::ui {
namespace {

struct Keys {
    Q_DECLARE_TR_FUNCTIONS(ApiKeysPage)
};

constexpr qint64 kSoon = 7 * 24 * 3600;

Column stateColumn() {
    return {.id = "state",
            .title = [] { return Keys::tr("State"); },
            .kind = CellKind::Status,
            .width = 130,
            .chips = true,
            .values = {{"active", [] { return Keys::tr("Active"); }, Tone::Good},
                       {"expiring", [] { return Keys::tr("Expires soon"); }, Tone::Attention},
                       {"expired", [] { return Keys::tr("Expired"); }, Tone::Muted},
                       {"revoked", [] { return Keys::tr("Revoked"); }, Tone::Muted}}};
}

}  // namespace

QString keyState(const ApiKey& key, qint64 now) {
    if (key.revoked)
        return "revoked";
    if (!key.expiresAt)
        return "active";
    if (*key.expiresAt <= now)
        return "expired";
    return *key.expiresAt - now < kSoon ? "expiring" : "active";
}

Columns keyColumns() {
    return {{.id = "name", .title = [] { return Keys::tr("Name"); }, .width = 160, .stretch = true},
            {.id = "prefix",
             .title = [] { return Keys::tr("Begins with"); },
             .kind = CellKind::Mono,
             .width = 120},
            {.id = "permissions",
             .title = [] { return Keys::tr("Permissions"); },
             .width = 220,
             // The cell holds the node's names; how they read depends on the language.
             .format = [](const Cell& cell) { return permissionSummary(cell.text.split(u' ')); }},
            stateColumn(),
            {.id = "created",
             .title = [] { return Keys::tr("Created"); },
             .kind = CellKind::Time,
             .width = 120},
            {.id = "last_used",
             .title = [] { return Keys::tr("Last used"); },
             .kind = CellKind::Time,
             .width = 120},
            {.id = "expires",
             .title = [] { return Keys::tr("Expires"); },
             .kind = CellKind::Time,
             .width = 120,
             .format =
                 [](const Cell& cell) {
                     return cell.number > 0 ? formatWhen(qint64(cell.number)) : Keys::tr("Never");
                 }}};
}

TableRow keyRow(const ApiKey& key, qint64 now) {
    const QString state = keyState(key, now);
    return {.id = key.id,
            .cells = {Cell(key.name), Cell(key.prefix), Cell(key.permissions.join(u' ')),
                      Cell(state), Cell(key.createdAt), Cell(key.lastUsedAt), Cell(key.expiresAt)},
            .faded = state == "revoked" || state == "expired"};
}

}  // namespace hearth::ui
