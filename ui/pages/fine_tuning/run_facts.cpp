#include "ui/pages/fine_tuning/run_facts.h"

#include <QCoreApplication>
#include <QJsonArray>

#include "ui/i18n/format.h"
#include "ui/i18n/language.h"

namespace hearth::ui {
namespace {

struct Runs {
    Q_DECLARE_TR_FUNCTIONS(Runs)
};

const QString kDash(QChar(0x2013));

struct Setting {
    const char* key;
    const char* label;
};

/// In the order in which people ask for them.
constexpr Setting kSettings[] = {
    {"epochs", QT_TRANSLATE_NOOP("Runs", "Epochs")},
    {"max_steps", QT_TRANSLATE_NOOP("Runs", "Most steps")},
    {"learning_rate", QT_TRANSLATE_NOOP("Runs", "Learning rate")},
    {"batch_tokens", QT_TRANSLATE_NOOP("Runs", "Batch tokens")},
    {"accumulation", QT_TRANSLATE_NOOP("Runs", "Batches per step")},
    {"lora.r", QT_TRANSLATE_NOOP("Runs", "LoRA rank")},
    {"lora.alpha", QT_TRANSLATE_NOOP("Runs", "LoRA alpha")},
    {"lora.targets", QT_TRANSLATE_NOOP("Runs", "LoRA targets")},
    {"dpo.beta", QT_TRANSLATE_NOOP("Runs", "DPO beta")},
    {"policy.loss", QT_TRANSLATE_NOOP("Runs", "Policy loss")},
    {"policy.group_size", QT_TRANSLATE_NOOP("Runs", "Answers per prompt")},
    {"policy.max_completion_tokens", QT_TRANSLATE_NOOP("Runs", "Longest answer")},
    {"policy.num_iterations", QT_TRANSLATE_NOOP("Runs", "Updates per batch")},
    {"policy.beta", QT_TRANSLATE_NOOP("Runs", "KL penalty")},
    {"policy.clip_low", QT_TRANSLATE_NOOP("Runs", "Ratio clip below")},
    {"policy.clip_high", QT_TRANSLATE_NOOP("Runs", "Ratio clip above")},
    {"policy.replay_routing", QT_TRANSLATE_NOOP("Runs", "Replayed routing")},
    {"distill.keep", QT_TRANSLATE_NOOP("Runs", "Answers kept")},
    {"distill.min_reward", QT_TRANSLATE_NOOP("Runs", "Least reward")},
    {"max_seq_len", QT_TRANSLATE_NOOP("Runs", "Longest example")},
    {"warmup_ratio", QT_TRANSLATE_NOOP("Runs", "Warm-up share")},
    {"weight_decay", QT_TRANSLATE_NOOP("Runs", "Weight decay")},
    {"clip", QT_TRANSLATE_NOOP("Runs", "Gradient clip")},
    {"seed", QT_TRANSLATE_NOOP("Runs", "Seed")},
};

/// Settings of some methods only; the others ignore them.
struct Section {
    const char* prefix;
    QStringList methods;
};

bool isUsed(const Job& job, const QString& key) {
    static const QVector<Section> sections = {
        {"dpo.", {"dpo"}},
        {"policy.grader", {"reinforcement", "distillation"}},
        {"policy.group_size", {"reinforcement", "distillation"}},
        {"policy.max_completion_tokens", {"reinforcement", "distillation"}},
        {"policy.", {"reinforcement"}},
        {"distill.", {"distillation"}},
        {"lora.", {"supervised", "dpo", "reinforcement", "distillation"}}};
    if (key.startsWith("lora.") && job.settings.value("full").toBool())
        return false;
    for (const Section& section : sections) {
        if (key.startsWith(QLatin1String(section.prefix)))
            return job.method.isEmpty() || section.methods.contains(job.method);
    }
    return true;
}

/// As one types it: 0.0005, not 5e-4 and not 0.000500.
QString numberText(double value) {
    return value == std::floor(value) && std::abs(value) < 1e15
               ? formatCount(qint64(value))
               : Language::instance().locale().toString(value, 'g', 6);
}

QString textOf(const QJsonValue& value) {
    if (value.isDouble())
        return numberText(value.toDouble());
    if (value.isBool())
        return value.toBool() ? Runs::tr("yes") : Runs::tr("no");
    if (value.isArray()) {
        QStringList parts;
        for (const QJsonValue& part : value.toArray())
            parts.append(part.toString());
        return parts.isEmpty() ? Runs::tr("all") : parts.join(", ");
    }
    return value.toString();
}

/// {"lora": {"r": 16}} as "lora.r".
QMap<QString, QString> flattened(const QJsonObject& object, const QString& prefix = {}) {
    QMap<QString, QString> flat;
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (it.value().isObject())
            flat.insert(flattened(it.value().toObject(), prefix + it.key() + '.'));
        else
            flat.insert(prefix + it.key(), textOf(it.value()));
    }
    if (flat.value("max_steps") == "0")  // no limit of its own
        flat["max_steps"] = kDash;
    return flat;
}

QString percentOf(const std::optional<double>& share) {
    return share ? formatPercent(*share) : kDash;
}

QString changeIn(const Evaluation& e) {
    if (!e.before || !e.after)
        return kDash;
    const double points = 100 * (*e.after - *e.before);
    return Runs::tr("%1 pts", "percentage points")
        .arg((points > 0 ? "+" : "") + formatDecimal(points, 1));
}

QString nameOf(const FileNames& files, const QString& id) {
    return id.isEmpty() ? kDash : files.value(id, id);
}

}  // namespace

QVector<Fact> inputFacts(const Job& job, const FileNames& files) {
    return {{.label = Runs::tr("Base model"), .values = {job.model}},
            {.label = Runs::tr("Training file"), .values = {nameOf(files, job.trainingFile)}},
            {.label = Runs::tr("Validation file"), .values = {nameOf(files, job.validationFile)}}};
}

QVector<Fact> originFacts(const Job& job, const FileNames& files) {
    QVector<Fact> facts = inputFacts(job, files);
    facts.append({.label = Runs::tr("Created"), .values = {formatWhen(job.createdAt)}});
    if (job.startedAt && job.finishedAt)
        facts.append({.label = Runs::tr("Took"),
                      .values = {formatDuration(double(*job.finishedAt - *job.startedAt))}});
    if (job.trainedTokens > 0)
        facts.append(
            {.label = Runs::tr("Trained tokens"), .values = {formatCount(job.trainedTokens)}});
    return facts;
}

QVector<Fact> settingFacts(const Job& job) {
    QMap<QString, QString> settings = flattened(job.settings);
    QVector<Fact> facts;
    for (const Setting& setting : kSettings) {
        const QString value = settings.take(QLatin1String(setting.key));
        if (!value.isEmpty() && isUsed(job, QLatin1String(setting.key)))
            facts.append(
                {.label = QCoreApplication::translate("Runs", setting.label), .values = {value}});
    }
    for (auto it = settings.cbegin(); it != settings.cend(); ++it) {
        if (isUsed(job, it.key()))
            facts.append({.label = it.key(), .values = {it.value()}});
    }
    return facts;
}

QStringList evaluationHeadings() {
    return {Runs::tr("Before"), Runs::tr("After"), Runs::tr("Change")};
}

QVector<Fact> evaluationFacts(const Job& job) {
    QVector<Fact> facts;
    for (const Evaluation& e : job.evaluations)
        facts.append({.label = QStringLiteral("%1 (%2)").arg(e.name, formatCount(e.questions)),
                      .values = {percentOf(e.before), percentOf(e.after), changeIn(e)}});
    return facts;
}

QVector<Fact> comparedFacts(const QVector<Fact>& a, const QVector<Fact>& b) {
    const auto valueIn = [](const QVector<Fact>& facts, const QString& label) {
        for (const Fact& fact : facts) {
            if (fact.label == label)
                return fact.values.value(0);
        }
        return kDash;
    };
    QVector<Fact> facts;
    for (const Fact& fact : a) {
        const QString other = valueIn(b, fact.label);
        facts.append({.label = fact.label,
                      .values = {fact.values.value(0), other},
                      .marked = fact.values.value(0) != other});
    }
    for (const Fact& fact : b) {
        if (valueIn(a, fact.label) == kDash)
            facts.append(
                {.label = fact.label, .values = {kDash, fact.values.value(0)}, .marked = true});
    }
    return facts;
}

QVector<Fact> comparedEvaluations(const Job& a, const Job& b) {
    const auto after = [](const Job& job) {
        QVector<Fact> facts;
        for (const Evaluation& e : job.evaluations)
            facts.append({.label = e.name, .values = {percentOf(e.after)}});
        return facts;
    };
    return comparedFacts(after(a), after(b));
}

}  // namespace hearth::ui
