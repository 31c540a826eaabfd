#!/usr/bin/env bash
# Installs the Debian 12 packages that Hearth lacks on this machine.
#   installer/dependencies.sh build          to build and run
#   installer/dependencies.sh console        to build and run the desktop console
#   installer/dependencies.sh test           what tests/run.sh needs beside these
#   installer/dependencies.sh develop        formatting and analysis tools
# Sets may be combined. Does nothing, and needs no rights, when all are there.
set -euo pipefail

build=(
    g++ cmake ninja-build ccache pkg-config
    libpoco-dev libboost1.81-dev libsqlite3-dev libssl-dev libsodium-dev
    nlohmann-json3-dev libvalijson-dev libspdlog-dev libcli11-dev libtomlplusplus-dev
    libpcre2-dev libutf8proc-dev tzdata
    libgtest-dev libgmock-dev
)
console=(
    qt6-base-dev qt6-svg-dev qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qtkeychain-qt6-dev
    qt6-translations-l10n libgl-dev fonts-inter fonts-noto-cjk fonts-jetbrains-mono
)
test=(python3 nodejs npm openssl ca-certificates git xvfb xauth clang libclang-rt-14-dev)
develop=(clang-format clang-tidy pngquant)

wanted=()
for set in "${@:-build}"; do
    case "$set" in
        build) wanted+=("${build[@]}") ;;
        console) wanted+=("${console[@]}") ;;
        test) wanted+=("${test[@]}") ;;
        develop) wanted+=("${develop[@]}") ;;
        *)
            echo "dependencies.sh: unknown set '$set'; known: build, console, test, develop" >&2
            exit 2
            ;;
    esac
done

have() {
    # A tool that is already on the PATH serves as well as Debian's package of it.
    case "$1" in
        nodejs) command -v node >/dev/null && return ;;
        npm | git | cmake | openssl | ccache | g++) command -v "$1" >/dev/null && return ;;
        ninja-build) command -v ninja >/dev/null && return ;;
    esac
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=()
for package in "${wanted[@]}"; do
    have "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "dependencies.sh: these packages are missing: ${missing[*]}" >&2
        echo "Run this script as root, or install sudo and run it again." >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "dependencies.sh: apt-get could not install the packages above; the cause is in the lines before this one." >&2
    exit 1
fi
