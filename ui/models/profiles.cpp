#include "ui/models/profiles.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUuid>
#include <algorithm>

namespace hearth::ui {
namespace {

constexpr auto kNodes = "nodes/list";
constexpr auto kCurrent = "nodes/current";

QJsonObject jsonOf(const NodeProfile& profile) {
    return {{"id", profile.id},
            {"name", profile.name},
            {"url", profile.url.toString()},
            {"sha256", QString::fromLatin1(profile.pinnedSha256)},
            {"user", profile.user},
            {"data_directory", profile.dataDirectory}};
}

NodeProfile profileOf(const QJsonObject& json) {
    return {.id = json.value("id").toString(),
            .name = json.value("name").toString(),
            .url = QUrl(json.value("url").toString()),
            .pinnedSha256 = json.value("sha256").toString().toLatin1(),
            .user = json.value("user").toString(),
            .dataDirectory = json.value("data_directory").toString()};
}

}  // namespace

Profiles::Profiles(Preferences& preferences, QObject* parent)
    : QObject(parent),
      m_preferences(preferences),
      m_current(preferences.value(kCurrent).toString()) {
    const QByteArray text = preferences.value(kNodes).toString().toUtf8();
    for (const QJsonValue& entry : QJsonDocument::fromJson(text).array())
        if (const NodeProfile profile = profileOf(entry.toObject()); !profile.id.isEmpty())
            m_profiles.append(profile);
}

std::optional<NodeProfile> Profiles::current() const {
    return find(m_current);
}

std::optional<NodeProfile> Profiles::find(const QString& id) const {
    const auto found = std::find_if(m_profiles.begin(), m_profiles.end(),
                                    [&](const NodeProfile& profile) { return profile.id == id; });
    return found == m_profiles.end() ? std::nullopt : std::optional(*found);
}

QString Profiles::save(NodeProfile profile) {
    if (profile.id.isEmpty())
        profile.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const auto found = std::find_if(m_profiles.begin(), m_profiles.end(),
                                    [&](const NodeProfile& old) { return old.id == profile.id; });
    if (found == m_profiles.end())
        m_profiles.append(profile);
    else
        *found = profile;
    store();
    return profile.id;
}

void Profiles::forget(const QString& id) {
    m_profiles.removeIf([&](const NodeProfile& profile) { return profile.id == id; });
    if (m_current == id)
        m_current = m_profiles.isEmpty() ? QString() : m_profiles.constFirst().id;
    store();
}

void Profiles::setCurrent(const QString& id) {
    if (m_current == id)
        return;
    m_current = id;
    store();
}

void Profiles::store() {
    QJsonArray list;
    for (const NodeProfile& profile : m_profiles)
        list.append(jsonOf(profile));
    m_preferences.setValue(kNodes,
                           QString::fromUtf8(QJsonDocument(list).toJson(QJsonDocument::Compact)));
    m_preferences.setValue(kCurrent, m_current);
    emit changed();
}

}  // namespace hearth::ui
