#include "ui/api_client/json_parsing.h"

#include <QFutureWatcher>
#include <QJsonDocument>
#include <QPromise>
#include <QThreadPool>
#include <memory>

namespace hearth::ui {
namespace {

// Measured: Qt parses about 100 MB/s, so this is below a millisecond.
constexpr qsizetype kParsedInPlace = 64 << 10;

}  // namespace

std::optional<QJsonObject> parseJsonObject(const QByteArray& bytes) {
    if (bytes.trimmed().isEmpty())
        return QJsonObject();
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    return document.isObject() ? std::optional(document.object()) : std::nullopt;
}

void parseJsonObject(const QByteArray& bytes, QObject* context,
                     std::function<void(std::optional<QJsonObject>)> then) {
    using Parsed = std::optional<QJsonObject>;
    if (bytes.size() <= kParsedInPlace) {
        then(parseJsonObject(bytes));
        return;
    }
    const auto promise = std::make_shared<QPromise<Parsed>>();
    auto* watcher = new QFutureWatcher<Parsed>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, watcher,
                     [watcher, then = std::move(then)] {
                         watcher->deleteLater();
                         then(watcher->result());
                     });
    watcher->setFuture(promise->future());
    QThreadPool::globalInstance()->start([promise, bytes] {
        promise->start();
        promise->addResult(parseJsonObject(bytes));
        promise->finish();
    });
}

}  // namespace hearth::ui
