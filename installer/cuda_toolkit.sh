#!/usr/bin/env bash
# Assembles the CUDA compiler and runtime library from NVIDIA's wheels on PyPI: no GPU, no driver
# and no root needed.
#   installer/cuda_toolkit.sh FOLDER
#   cmake --preset cuda -DCMAKE_CUDA_COMPILER=FOLDER/bin/nvcc
# Needs python3 with pip, and a network or a mirror that pip is set up for; about 100 MB are
# fetched and 270 MB kept. NVIDIA's terms lie in FOLDER/licenses. Does nothing when FOLDER already
# holds this version.
set -euo pipefail

target=${1:?usage: installer/cuda_toolkit.sh FOLDER}
packages=(
    nvidia-cuda-nvcc==13.0.88
    nvidia-cuda-crt==13.0.88
    nvidia-nvvm==13.0.88
    nvidia-cuda-runtime==13.0.96
    nvidia-cuda-cccl==13.0.85
)
mark=$target/hearth-toolkit.txt

if [ -f "$mark" ] && [ "$(cat "$mark")" = "${packages[*]}" ]; then
    echo "$target is complete: $("$target/bin/nvcc" --version | tail -n 2 | head -n 1)"
    exit 0
fi
if [ "$(uname -m)" != x86_64 ]; then
    echo "cuda_toolkit.sh: only x86-64 is supported, this is $(uname -m)" >&2
    exit 1
fi
if [ -e "$target" ] && [ ! -f "$mark" ] && [ -n "$(ls -A "$target")" ]; then
    echo "cuda_toolkit.sh: $target is not empty and no toolkit of this script; name another" >&2
    exit 1
fi
if ! python3 -m pip --version >/dev/null 2>&1; then
    echo "cuda_toolkit.sh: python3 with pip is needed (Debian: python3-pip)" >&2
    exit 1
fi

mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$(dirname "$target")/cuda-toolkit.XXXXXX")
trap 'rm -rf "$work"' EXIT # what is not whole never has the folder's name

python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 \
    --platform manylinux2010_x86_64 --platform manylinux_2_12_x86_64 \
    --dest "$work/wheels" "${packages[@]}"
python3 - "$work" <<'PYTHON'
import pathlib, stat, sys, zipfile
work = pathlib.Path(sys.argv[1])
root = work / "toolkit"
for wheel in sorted((work / "wheels").glob("*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            parts = pathlib.PurePosixPath(name).parts
            if name.endswith("/") or ".." in parts:
                continue
            if parts[:2] == ("nvidia", "cu13") and parts[2] != ".metadata":
                file = root.joinpath(*parts[2:])
            elif "licenses" in parts:
                file = root / "licenses" / (parts[0].split("-")[0] + ".txt")
            else:
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(archive.read(name))
            if "bin" in parts:
                file.chmod(file.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
PYTHON

# What the wheels lack: the lib64 that nvcc looks into, and the names without a version that the
# linker looks for.
toolkit=$work/toolkit
ln -s lib "$toolkit/lib64"
for library in "$toolkit"/lib/*.so.*; do
    name=${library##*/}
    [ -e "$toolkit/lib/${name%%.so.*}.so" ] || ln -s "$name" "$toolkit/lib/${name%%.so.*}.so"
done
"$toolkit/bin/nvcc" --version >/dev/null
echo "${packages[*]}" >"$toolkit/${mark##*/}"
rm -rf "$target"
mv "$toolkit" "$target"
echo "CUDA toolkit in $target: $("$target/bin/nvcc" --version | tail -n 2 | head -n 1)"
