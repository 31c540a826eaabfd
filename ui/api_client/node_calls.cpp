#include "ui/api_client/node_calls.h"

namespace hearth::ui {

QString pathText(std::string_view path) {
    return QString::fromUtf8(path.data(), static_cast<qsizetype>(path.size()));
}

void addQuery(QUrlQuery& query, const QString& key, const QString& value) {
    query.addQueryItem(key, QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

void callForNothing(ApiClient& client, const ApiRequest& request, QObject* context,
                    Then<Nothing> then) {
    client.send(request, context, [then = std::move(then)](const Outcome<QJsonObject>& answer) {
        if (answer)
            then(Nothing());
        else
            then(answer.failure());
    });
}

}  // namespace hearth::ui
