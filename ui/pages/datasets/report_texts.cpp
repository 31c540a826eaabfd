#include "ui/pages/datasets/report_texts.h"

#include <QCoreApplication>
#include <QHash>
#include <algorithm>

#include "ui/i18n/format.h"

namespace hearth::ui {
namespace {

struct Report {
    Q_DECLARE_TR_FUNCTIONS(Report)
};

struct Words {
    const char* title;
    const char* advice;
};

constexpr const char* kPersonal = QT_TRANSLATE_NOOP(
    "Report", "A model may repeat it to anybody. Replace it, unless everybody may know it.");
constexpr const char* kSecret = QT_TRANSLATE_NOOP(
    "Report", "A model tells it to whoever asks. Take it out, and replace the secret itself.");

const QHash<QString, Words>& words() {
    static const QHash<QString, Words> kWords = {
        {"schema",
         {QT_TRANSLATE_NOOP("Report", "Rows that cannot be read"),
          QT_TRANSLATE_NOOP("Report", "Mend these lines and upload the file again.")}},
        {"untrainable",
         {QT_TRANSLATE_NOOP("Report", "Rows that teach this model nothing"),
          QT_TRANSLATE_NOOP("Report",
                            "They have no answer to learn, or it lies beyond what the model "
                            "takes. Add or shorten it, or take the rows out.")}},
        {"too_long",
         {QT_TRANSLATE_NOOP("Report", "Rows longer than the model takes"),
          QT_TRANSLATE_NOOP("Report", "Shorten or divide them.")}},
        {"private_key", {QT_TRANSLATE_NOOP("Report", "Private keys"), kSecret}},
        {"api_token", {QT_TRANSLATE_NOOP("Report", "Access tokens"), kSecret}},
        {"json_web_token", {QT_TRANSLATE_NOOP("Report", "Signed tokens (JWT)"), kSecret}},
        {"password", {QT_TRANSLATE_NOOP("Report", "Passwords"), kSecret}},
        {"email", {QT_TRANSLATE_NOOP("Report", "E-mail addresses"), kPersonal}},
        {"phone", {QT_TRANSLATE_NOOP("Report", "Phone numbers"), kPersonal}},
        {"kr_resident_number", {QT_TRANSLATE_NOOP("Report", "Korean resident numbers"), kPersonal}},
        {"kr_driver_licence", {QT_TRANSLATE_NOOP("Report", "Korean driving licences"), kPersonal}},
        {"payment_card", {QT_TRANSLATE_NOOP("Report", "Card numbers"), kPersonal}},
        {"iban", {QT_TRANSLATE_NOOP("Report", "Bank accounts (IBAN)"), kPersonal}},
        {"us_social_security",
         {QT_TRANSLATE_NOOP("Report", "US social security numbers"), kPersonal}},
        {"duplicates",
         {QT_TRANSLATE_NOOP("Report", "Rows equal to an earlier one"),
          QT_TRANSLATE_NOOP("Report",
                            "Repeated rows weigh more. Keep one of each, unless that "
                            "is what you want.")}},
        {"near_duplicates",
         {QT_TRANSLATE_NOOP("Report", "Rows nearly equal to an earlier one"),
          QT_TRANSLATE_NOOP("Report",
                            "Rewordings are useful; copies with a changed word are "
                            "not. Look at some of them.")}},
        {"contradictions",
         {QT_TRANSLATE_NOOP("Report", "Questions with two answers"),
          QT_TRANSLATE_NOOP("Report", "The model cannot learn both. Keep the right answer.")}},
        {"overlap",
         {QT_TRANSLATE_NOOP("Report", "Rows that are in the test data as well"),
          QT_TRANSLATE_NOOP("Report",
                            "The test would measure memory alone. Take them out of "
                            "one of the two.")}},
        {"near_overlap",
         {QT_TRANSLATE_NOOP("Report", "Rows that are nearly in the test data"),
          QT_TRANSLATE_NOOP("Report",
                            "The test is easier than it looks. Take out what is "
                            "the same question.")}}};
    return kWords;
}

QString containerText(const QString& container) {
    static const QHash<QString, QString> kNames = {
        {"jsonl", "JSONL"}, {"json", "JSON"}, {"csv", "CSV"}, {"markdown", "Markdown"}};
    return kNames.value(container, container == "text" ? Report::tr("text") : container);
}

QString rowsText(const DataReport& report) {
    const int n = int(report.rows);
    if (report.kind == QLatin1String("chat"))
        return Report::tr("%Ln conversations", nullptr, n);
    if (report.kind == QLatin1String("preference"))
        return Report::tr("%Ln pairs of answers", nullptr, n);
    if (report.kind == QLatin1String("prompt"))
        return Report::tr("%Ln prompts", nullptr, n);
    return report.kind == QLatin1String("text") ? Report::tr("%Ln documents", nullptr, n)
                                                : Report::tr("%Ln rows", nullptr, n);
}

}  // namespace

FindingTexts textsOf(const ReportFinding& finding) {
    if (finding.code == QLatin1String("empty"))
        return {Report::tr("There is no example"),
                Report::tr("Upload a file with at least one row.")};
    if (finding.code == QLatin1String("nothing_learned"))
        return {Report::tr("The model would learn nothing"),
                Report::tr("No row has an answer that it could learn. Is it the right file?")};
    const auto known = words().constFind(finding.code);
    if (known == words().constEnd())
        return {finding.message, {}};
    FindingTexts texts{QCoreApplication::translate("Report", known->title),
                       QCoreApplication::translate("Report", known->advice)};
    if (finding.code == QLatin1String("schema"))
        texts.advice = finding.message + QStringLiteral(". ") + texts.advice;
    return texts;
}

Tone toneOf(const ReportFinding& finding) {
    return finding.blocks ? Tone::Bad : Tone::Attention;
}

QString linesText(const ReportFinding& finding) {
    QStringList lines;
    for (const qint64 line : finding.lines)
        lines.append(formatCount(line));
    if (finding.rows > lines.size())
        lines.append(QStringLiteral("…"));
    if (finding.lines.isEmpty())
        return {};
    return finding.lines.size() == 1 && finding.rows <= 1
               ? Report::tr("Line %1").arg(lines.first())
               : Report::tr("Lines %1").arg(lines.join(QStringLiteral(", ")));
}

QString recognisedText(const DataReport& report) {
    return Report::tr("%1, read as %2 (%3).", "rows, form, kind of file")
        .arg(rowsText(report), report.form, containerText(report.container));
}

Verdict verdictOf(const DataReport& report) {
    const auto blocking = std::ranges::count_if(report.findings, &ReportFinding::blocks);
    if (!report.trainable || blocking > 0)
        return {Tone::Bad, Report::tr("%Ln things must be mended before training", nullptr,
                                      int(std::max<qint64>(blocking, 1)))};
    if (report.findings.isEmpty())
        return {Tone::Good, Report::tr("Ready to train: nothing was found")};
    return {Tone::Attention, Report::tr("Ready to train, with %Ln things to look at", nullptr,
                                        int(report.findings.size()))};
}

}  // namespace hearth::ui
