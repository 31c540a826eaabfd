# Sourced by the commands here: makes the virtual environment once and sets $python.
#
# Versions are pinned, so that a difference is Hearth's doing. transformers 5 knows every
# architecture that Hearth does; the goldens in tests/data/reference come from 5.15.0, a different
# release on purpose. torch 2.15.0 is the smallest wheel of those that this transformers accepts
# (539 MB); it is installed without the CUDA libraries it names (another 2.6 GB), and
# cuda_stubs.py lets it be imported without them. About 1.7 GB on disk, below the XDG cache.
cross=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
environment=${XDG_CACHE_HOME:-$HOME/.cache}/hearth/cross-torch2.15.0-transformers5.24.0-peft0.21.2
python=$environment/bin/python

if [ ! -e "$environment/complete" ]; then
    rm -rf "$environment"
    python3 -m venv "$environment"
    pip=("$environment/bin/pip" install --quiet --disable-pip-version-check)
    "${pip[@]}" numpy==2.4.6 safetensors==0.8.0 sympy==1.14.0 networkx==3.6.1 jinja2==3.1.6 \
        fsspec==2026.9.0 filelock==4.3.1 typing_extensions==4.16.0 psutil==7.2.2 \
        setuptools==80.9.0 transformers==5.24.0
    "${pip[@]}" --no-deps torch==2.15.0 peft==0.21.2 accelerate==1.15.0
    "$python" "$cross/cuda_stubs.py" "$("$python" -c 'import site; print(site.getsitepackages()[0])')"
    "$python" -c 'import torch, transformers, peft; assert not torch.cuda.is_available()'
    touch "$environment/complete"
fi
