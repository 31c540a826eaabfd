// Fields of a node's JSON. What is missing, null or of another type reads as the default, so that
// an older or newer node never breaks the console.
#pragma once
#include <QJsonObject>
#include <QStringList>
#include <QVector>
#include <optional>

namespace hearth::ui {

QString textIn(const QJsonObject& object, const char* key);
QStringList textsIn(const QJsonObject& object, const char* key);
qint64 wholeIn(const QJsonObject& object, const char* key);
double numberIn(const QJsonObject& object, const char* key);
bool flagIn(const QJsonObject& object, const char* key, bool fallback = false);
std::optional<qint64> maybeWholeIn(const QJsonObject& object, const char* key);
std::optional<double> maybeNumberIn(const QJsonObject& object, const char* key);
QJsonObject objectIn(const QJsonObject& object, const char* key);
QVector<QJsonObject> objectsIn(const QJsonObject& object, const char* key);
/// An array of numbers; NaN where there is none.
QVector<double> columnIn(const QJsonObject& object, const char* key);

}  // namespace hearth::ui
