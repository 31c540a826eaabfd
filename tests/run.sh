#!/usr/bin/env bash
# Installs what the tests need and runs every suite that belongs to a change:
# unit tests and goldens through ctest, the fuzz targets for ten seconds each, then the
# end-to-end tests with real clients.
#   tests/run.sh [--preset release|dev|asan|tsan] [--unit]
# --unit: ctest alone. Longer suites have commands of their own: see docs/testing.md.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=release
only_unit=no
while [ $# -gt 0 ]; do
    case "$1" in
        --preset) preset=${2:?--preset needs a name}; shift ;;
        --unit) only_unit=yes ;;
        *) sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift
done

installer/dependencies.sh build console test
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset"
ctest --preset "$preset" -j2
[ "$only_unit" = no ] || exit 0
# The seed is fixed, so that a change is judged by the same inputs as the one before it.
tests/fuzz/run.sh --seconds 10 --seed 1
tests/e2e/run.sh "build/$preset"
