// Numbers, sizes, times as people read them, in the console's language.
#pragma once
#include <QString>

class QDateTime;

namespace hearth::ui {

QString formatCount(qint64 value);                    // 12,345
QString formatDecimal(double value, int digits);      // 1,234.5
QString formatBytes(double bytes);                    // 31.1 kB, 9.4 GB (powers of 1000)
QString formatRate(double perSecond);                 // 6,091/s, 0.42/s
QString formatPercent(double share, int digits = 1);  // share 0..1: 91.3 %
QString formatDuration(double seconds);               // 8 s, 3 min 20 s, 2 h 5 min, 4 d 3 h

/// "just now", "5 min ago", "yesterday 14:02", "12 Nov". Unix seconds.
QString formatWhen(qint64 unixSeconds);
/// Date, time, and zone, for tooltips: "Thursday, 26 November 2026, 18:38:14 UTC".
QString formatExactly(qint64 unixSeconds);

}  // namespace hearth::ui
