// Why a call has no value, in words for people.
#pragma once
#include <QByteArray>
#include <QJsonObject>
#include <QNetworkReply>
#include <QUrl>

#include "ui/api_client/outcome.h"

namespace hearth::ui {

/// A complete answer, whatever its status.
struct HttpAnswer {
    int status = 0;
    QByteArray body;
    QString requestId;
    int retryAfterSeconds = 0;
};

/// Of an answer that is not 2xx; `body` is its JSON, empty when it had none.
ApiFailure failureOfAnswer(const HttpAnswer& answer, const QJsonObject& body);
/// Of an event {"error": {...}} in a stream that began well.
ApiFailure failureOfEvent(const QJsonObject& error, const QString& requestId);

ApiFailure failureOfConnection(QNetworkReply::NetworkError error, const QUrl& url);
ApiFailure timedOut(const QUrl& url);
ApiFailure brokeOff();
ApiFailure untrusted(const QUrl& url);
ApiFailure cancelled();
/// An answer that is not in the contract's form.
ApiFailure notUnderstood(const HttpAnswer& answer);
/// The node closed before it had all of a file.
ApiFailure fileRefused();
ApiFailure unreadableFile(const QString& file, const QString& reason);

}  // namespace hearth::ui
