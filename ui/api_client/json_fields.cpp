#include "ui/api_client/json_fields.h"

#include <QJsonArray>
#include <cmath>
#include <limits>

namespace hearth::ui {
namespace {

constexpr double kLargestWhole = 9.2e18;

std::optional<qint64> wholeOf(const QJsonValue& value) {
    if (!value.isDouble())
        return std::nullopt;
    // Whole numbers above 2^53 are kept exactly; a fraction is cut off.
    const double number = value.toDouble();
    if (std::abs(number) > kLargestWhole)
        return std::nullopt;
    return value.toInteger(static_cast<qint64>(number));
}

}  // namespace

QString textIn(const QJsonObject& object, const char* key) {
    return object.value(QLatin1StringView(key)).toString();
}

QStringList textsIn(const QJsonObject& object, const char* key) {
    QStringList texts;
    for (const QJsonValue& value : object.value(QLatin1StringView(key)).toArray())
        if (value.isString())
            texts.append(value.toString());
    return texts;
}

qint64 wholeIn(const QJsonObject& object, const char* key) {
    return wholeOf(object.value(QLatin1StringView(key))).value_or(0);
}

double numberIn(const QJsonObject& object, const char* key) {
    return object.value(QLatin1StringView(key)).toDouble();
}

bool flagIn(const QJsonObject& object, const char* key, bool fallback) {
    return object.value(QLatin1StringView(key)).toBool(fallback);
}

std::optional<qint64> maybeWholeIn(const QJsonObject& object, const char* key) {
    return wholeOf(object.value(QLatin1StringView(key)));
}

std::optional<double> maybeNumberIn(const QJsonObject& object, const char* key) {
    const QJsonValue value = object.value(QLatin1StringView(key));
    return value.isDouble() ? std::optional(value.toDouble()) : std::nullopt;
}

QJsonObject objectIn(const QJsonObject& object, const char* key) {
    return object.value(QLatin1StringView(key)).toObject();
}

QVector<QJsonObject> objectsIn(const QJsonObject& object, const char* key) {
    QVector<QJsonObject> objects;
    for (const QJsonValue& value : object.value(QLatin1StringView(key)).toArray())
        if (value.isObject())
            objects.append(value.toObject());
    return objects;
}

QVector<double> columnIn(const QJsonObject& object, const char* key) {
    const QJsonArray array = object.value(QLatin1StringView(key)).toArray();
    QVector<double> column;
    column.reserve(array.size());
    for (const QJsonValue& value : array)
        column.append(value.toDouble(std::numeric_limits<double>::quiet_NaN()));
    return column;
}

}  // namespace hearth::ui
