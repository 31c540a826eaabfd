// What an alarm says, in the console's language.
#pragma once
#include <QString>

#include "ui/api_client/node_types.h"
#include "ui/widgets/label.h"

namespace hearth::ui {

struct AlarmTexts {
    QString message;
    QString action;  // what to do about it
};

/// From the alarm's code and values; the node's own words for a code that we do not know.
AlarmTexts textsOf(const Alarm& alarm);

Tone toneOf(const Alarm& alarm);
/// The worst of them; Good when there is none that asks for anything.
Tone worstTone(const QVector<Alarm>& alarms);

/// Where something can be done about it: a page, and what to open there.
struct AlarmTarget {
    QString page;  // empty: nowhere to go
    QString item;
};
AlarmTarget targetOf(const Alarm& alarm);
/// "Open models", "Open the run"; empty without a target.
QString targetText(const Alarm& alarm);

}  // namespace hearth::ui
