#include "ui/models/alarm_texts.h"

#include <QCoreApplication>

#include "ui/i18n/format.h"

namespace hearth::ui {
namespace {

struct Alarms {
    Q_DECLARE_TR_FUNCTIONS(Alarms)
};

QString text(const Alarm& alarm, const char* key) {
    return alarm.values.value(QLatin1String(key)).toString();
}

double number(const Alarm& alarm, const char* key) {
    return alarm.values.value(QLatin1String(key)).toDouble();
}

QString bytes(const Alarm& alarm, const char* key) {
    return formatBytes(number(alarm, key));
}

AlarmTexts diskLow(const Alarm& a) {
    return {Alarms::tr("%1 of %2 are free on the node's disk.")
                .arg(bytes(a, "free_bytes"), bytes(a, "total_bytes")),
            Alarms::tr("Delete models and data sets you no longer need, or enlarge the disk.")};
}

AlarmTexts memoryLow(const Alarm& a) {
    return {Alarms::tr("%1 of %2 memory are available; the node uses %3.")
                .arg(bytes(a, "available_bytes"), bytes(a, "total_bytes"), bytes(a, "rss_bytes")),
            Alarms::tr("Unload models that nobody uses, or give the machine more memory.")};
}

AlarmTexts certificateExpires(const Alarm& a) {
    const int days = int(number(a, "days"));
    return {days > 0 ? Alarms::tr("The node's certificate expires in %n days.", nullptr, days)
                     : Alarms::tr("The node's certificate has expired; clients refuse it."),
            Alarms::tr("Renew the certificate and restart the node.")};
}

AlarmTexts modelNotServed(const Alarm& a) {
    return {Alarms::tr("%1 could not be loaded: %2").arg(text(a, "model"), text(a, "reason")),
            Alarms::tr("Free memory if that is what is missing, then load the model again.")};
}

AlarmTexts noModel(const Alarm& a) {
    const int there = int(number(a, "models"));
    return {Alarms::tr("No model is loaded, so the node cannot answer."),
            there > 0 ? Alarms::tr("Load one of the %n models on the node.", nullptr, there)
                      : Alarms::tr("Import a model first.")};
}

AlarmTexts queueFull(const Alarm& a) {
    return {
        Alarms::tr("%n requests wait for %1, of at most %2.", nullptr, int(number(a, "waiting")))
            .arg(text(a, "model"), formatCount(qint64(number(a, "max_waiting")))),
        Alarms::tr("Further requests will be refused. Spread the load, or raise the limit.")};
}

AlarmTexts jobFailed(const Alarm& a) {
    return {Alarms::tr("The fine-tuning of %1 failed: %2").arg(text(a, "model"), text(a, "reason")),
            Alarms::tr("Read the run's log, then start it again.")};
}

AlarmTexts jobWarns(const Alarm& a) {
    return {Alarms::tr("The fine-tuning of %1 warns: %2").arg(text(a, "model"), text(a, "reason")),
            Alarms::tr("Look at the run's log and curves before its model is used.")};
}

AlarmTexts keyExpires(const Alarm& a) {
    return {Alarms::tr("The API key %1 expires in %n days.", nullptr, int(number(a, "days")))
                .arg(text(a, "name")),
            Alarms::tr("Create a new key and hand it to whoever uses this one.")};
}

struct Words {
    const char* code;
    AlarmTexts (*texts)(const Alarm&);
};

constexpr Words kWords[] = {
    {"disk_low", diskLow},
    {"memory_low", memoryLow},
    {"certificate_expires", certificateExpires},
    {"model_not_served", modelNotServed},
    {"no_model", noModel},
    {"queue_full", queueFull},
    {"job_failed", jobFailed},
    {"job_warns", jobWarns},
    {"key_expires", keyExpires},
};

}  // namespace

AlarmTexts textsOf(const Alarm& alarm) {
    for (const Words& words : kWords) {
        if (alarm.code == QLatin1String(words.code) && !alarm.values.isEmpty())
            return words.texts(alarm);
    }
    return {alarm.message, alarm.action};
}

Tone toneOf(const Alarm& alarm) {
    if (alarm.severity == QLatin1String("bad"))
        return Tone::Bad;
    return alarm.severity == QLatin1String("attention") ? Tone::Attention : Tone::Information;
}

Tone worstTone(const QVector<Alarm>& alarms) {
    Tone worst = Tone::Good;
    for (const Alarm& alarm : alarms) {
        const Tone tone = toneOf(alarm);
        if (tone == Tone::Bad)
            return tone;
        if (tone == Tone::Attention)
            worst = tone;
    }
    return worst;
}

AlarmTarget targetOf(const Alarm& alarm) {
    if (alarm.subjectKind == QLatin1String("job"))
        return {.page = "fine_tuning", .item = alarm.subjectId};
    if (alarm.subjectKind == QLatin1String("model"))
        return {.page = "models", .item = alarm.subjectId};
    if (alarm.subjectKind == QLatin1String("key"))
        return {.page = "api_keys", .item = alarm.subjectId};
    // The node's own page cannot conjure up a model or room on the disk; the models' page can.
    if (alarm.code == QLatin1String("no_model") || alarm.code == QLatin1String("disk_low"))
        return {.page = "models", .item = {}};
    return {.page = "settings", .item = {}};
}

QString targetText(const Alarm& alarm) {
    const QString page = targetOf(alarm).page;
    if (page == QLatin1String("fine_tuning"))
        return Alarms::tr("Open the run");
    if (page == QLatin1String("models"))
        return Alarms::tr("Open models");
    if (page == QLatin1String("api_keys"))
        return Alarms::tr("Open API keys");
    return Alarms::tr("Open node");
}

}  // namespace hearth::ui
