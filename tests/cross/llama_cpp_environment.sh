# Sourced by the commands here: makes what they need once and sets $packages (llama.cpp, prebuilt
# inside npm's node-llama-cpp) and $python (with PyPI's gguf, llama.cpp's own reader and writer).
# About 200 MB on disk, below the XDG cache. Versions are pinned, so that a difference is Hearth's
# doing.
cross=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${XDG_CACHE_HOME:-$HOME/.cache}/hearth/cross-llama-cpp-3.22.1
packages=$environment/node
python=$environment/python/bin/python

if [ ! -e "$environment/complete" ]; then
    rm -rf "$environment"
    mkdir -p "$packages"
    # The other optional packages are binaries for other machines and graphics cards.
    (cd "$packages" && npm init --yes >/dev/null && npm install --silent --omit=optional \
        --ignore-scripts node-llama-cpp@3.22.1 @node-llama-cpp/linux-x64@3.22.1)
    python3 -m venv "$environment/python"
    "$environment/python/bin/pip" install --quiet --disable-pip-version-check \
        gguf==0.19.0 numpy==2.4.6 safetensors==0.8.0
    touch "$environment/complete"
fi
