// What a report on training data says, in plain words.
#pragma once
#include <QString>

#include "ui/api_client/data_types.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

struct FindingTexts {
    QString title;   // "E-mail addresses"
    QString advice;  // what to do about it
};

/// In the present language; of a code that this console does not know, the node's own words.
FindingTexts textsOf(const ReportFinding& finding);
/// Bad for what blocks training, Attention for what is to be judged.
Tone toneOf(const ReportFinding& finding);
/// "Lines 3, 17, 80, …"; empty without any.
QString linesText(const ReportFinding& finding);

/// "1,320 conversations, in the form of OpenAI's chats (JSONL)".
QString recognisedText(const DataReport& report);

struct Verdict {
    Tone tone = Tone::Good;
    QString headline;  // "Ready to train"
};
Verdict verdictOf(const DataReport& report);

}  // namespace hearth::ui
