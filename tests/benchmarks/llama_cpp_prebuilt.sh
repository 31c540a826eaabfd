# Sourced by the benchmarks here: fetches npm's node-llama-cpp, with llama.cpp prebuilt, once, below
# the XDG cache, and sets $packages.
packages=${XDG_CACHE_HOME:-$HOME/.cache}/hearth/benchmark-node-llama-cpp-3.22.1

if [ ! -e "$packages/complete" ]; then
    rm -rf "$packages"
    mkdir -p "$packages"
    # The other optional packages are binaries for other machines and graphics cards.
    (cd "$packages" && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund \
        --omit=optional --ignore-scripts node-llama-cpp@3.22.1 @node-llama-cpp/linux-x64@3.22.1)
    touch "$packages/complete"
fi
