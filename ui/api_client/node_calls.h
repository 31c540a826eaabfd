// How NodeApi makes its calls: one object, or a list over all its pages.
#pragma once
#include <memory>

#include "ui/api_client/api_client.h"
#include "ui/api_client/json_fields.h"

namespace hearth::ui {

/// A path without parameters.
QString pathText(std::string_view path);

/// Percent-encodes the value, '+' included, which QUrlQuery would leave to mean a space.
void addQuery(QUrlQuery& query, const QString& key, const QString& value);

template <typename T>
void callFor(ApiClient& client, const ApiRequest& request, QObject* context,
             T (*parse)(const QJsonObject&), Then<T> then) {
    client.send(request, context,
                [parse, then = std::move(then)](const Outcome<QJsonObject>& answer) {
                    if (answer)
                        then(parse(*answer));
                    else
                        then(answer.failure());
                });
}

/// For calls whose answer says nothing more than that it worked.
void callForNothing(ApiClient& client, const ApiRequest& request, QObject* context,
                    Then<Nothing> then);

/// Follows `has_more` and `last_id`. A failing page fails the whole list, so that nobody takes a
/// part of it for everything.
template <typename T>
class ListCall : public std::enable_shared_from_this<ListCall<T>> {
public:
    ListCall(ApiClient& client, ApiRequest request, T (*parse)(const QJsonObject&))
        : m_client(client), m_request(std::move(request)), m_parse(parse) {}

    void start(QObject* context, Then<QVector<T>> then, int maxPages = kMaxPages) {
        m_context = context;
        m_then = std::move(then);
        m_pagesLeft = maxPages;
        next(m_after);
    }

    /// The entries behind the one named `after`.
    void startAfter(const QString& after, QObject* context, Then<QVector<T>> then) {
        m_after = after;
        start(context, std::move(then));
    }

private:
    static constexpr int kMaxPages = 1000;

    void next(const QString& after) {
        ApiRequest request = m_request;
        addQuery(request.query, "limit", "100");
        if (!after.isEmpty())
            addQuery(request.query, "after", after);
        m_client.send(request, m_context,
                      [self = this->shared_from_this()](const Outcome<QJsonObject>& page) {
                          self->take(page);
                      });
    }

    void take(const Outcome<QJsonObject>& page) {
        if (!page) {
            m_then(page.failure());
            return;
        }
        for (const QJsonObject& entry : objectsIn(*page, "data"))
            m_list.append(m_parse(entry));
        const QString last = textIn(*page, "last_id");
        if (flagIn(*page, "has_more") && !last.isEmpty() && --m_pagesLeft > 0 && m_context)
            next(last);
        else
            m_then(m_list);
    }

    ApiClient& m_client;
    ApiRequest m_request;
    T (*m_parse)(const QJsonObject&);
    QPointer<QObject> m_context;
    QString m_after;
    Then<QVector<T>> m_then;
    QVector<T> m_list;
    int m_pagesLeft = 0;
};

template <typename T>
void listFor(ApiClient& client, ApiRequest request, QObject* context,
             T (*parse)(const QJsonObject&), Then<QVector<T>> then) {
    std::make_shared<ListCall<T>>(client, std::move(request), parse)
        ->start(context, std::move(then));
}

}  // namespace hearth::ui
