#!/usr/bin/env bash
# Drives the console's real window against a real node, under Xvfb:
#   tests/ui/flows/run.sh CONSOLE_FLOWS [gtest options]
# HEARTH_IMAGES names a folder for the pictures of every room; without it none are taken.
set -euo pipefail
program=$(realpath "${1:?usage: tests/ui/flows/run.sh CONSOLE_FLOWS [gtest options]}")
shift
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home/run"
# An empty home: nothing that the person at this machine has set may matter.
env -u DISPLAY -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS HOME="$home" XDG_RUNTIME_DIR="$home/run" \
    XDG_CONFIG_HOME="$home/config" QT_QPA_PLATFORM=xcb QT_SCALE_FACTOR= LC_ALL=C.UTF-8 \
    timeout 600 xvfb-run -a -s "-screen 0 1600x1000x24" "$program" "$@"
