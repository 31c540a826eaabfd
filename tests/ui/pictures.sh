#!/usr/bin/env bash
# Takes the pictures of every room of the console anew, into docs/images:
#   tests/ui/pictures.sh [BUILD_DIRECTORY]
# They are taken in the course of the flows. pngquant makes them small where it is installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/release}
rm -f docs/images/*.png
HEARTH_IMAGES="$PWD/docs/images" tests/ui/flows/run.sh "$build/bin/console_flows"
if command -v pngquant >/dev/null; then
    pngquant --force --ext .png --skip-if-larger --speed 1 docs/images/*.png
fi
ls docs/images | wc -l
