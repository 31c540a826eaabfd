#!/usr/bin/env bash
# Brings the .ts files up to date with the texts in the source:
#   ui/i18n/update.sh [DIRECTORY]
# English keeps the plurals only, since its texts are the source itself. With DIRECTORY the files
# are written there instead (the test compares). LUPDATE names the tool when it is not Qt 6's own.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=${1:-ui/i18n}
lupdate=${LUPDATE:-/usr/lib/qt6/bin/lupdate}
[ "$target" = ui/i18n ] || cp ui/i18n/hearth_*.ts "$target/"
# -I: without the headers lupdate does not know the namespace, and nothing would be found.
common=(-I . -silent -no-obsolete -locations none -recursive ui -extensions cpp,h)
"$lupdate" "${common[@]}" -pluralonly -target-language en_US -source-language en_US \
    -ts "$target/hearth_en.ts"
"$lupdate" "${common[@]}" -target-language ko_KR -source-language en_US -ts "$target/hearth_ko.ts"
