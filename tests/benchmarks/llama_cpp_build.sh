# Sourced by the benchmarks here: builds llama.cpp once, below the XDG cache, and sets $environment
# and $python.
environment=${XDG_CACHE_HOME:-$HOME/.cache}/hearth/benchmark-llama-cpp-0.3.36
python=$environment/bin/python

if [ ! -e "$environment/complete" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    # Built for this processor, but without AMX: llama.cpp then repacks MLA's tensors in a way
    # that it cannot run (an assertion in ggml-backend.cpp). No cache: it may hold a wheel with AMX.
    no_amx="-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
    CMAKE_ARGS="-DGGML_NATIVE=ON -DCMAKE_C_FLAGS='$no_amx' -DCMAKE_CXX_FLAGS='$no_amx'" \
        "$environment/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir \
        --no-binary llama-cpp-python llama-cpp-python==0.3.36 numpy
    touch "$environment/complete"
fi
