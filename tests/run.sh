#!/usr/bin/env bash
# Installs what the tests need and runs every suite that belongs to a change:
# unit tests and goldens through ctest, then the end-to-end tests with real clients.
#   tests/run.sh [--preset release|dev|asan|tsan] [--unit]
# --unit leaves the end-to-end tests out. Longer suites have commands of their own: see docs/testing.md.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=release
end_to_end=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --preset) preset=${2:?--preset needs a name}; shift ;;
        --unit) end_to_end=no ;;
        *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift
done

installer/dependencies.sh build console test
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
ctest --preset "$preset" -j2
[ "$end_to_end" = no ] || tests/e2e/run.sh "build/$preset"
