"""Lets PyPI's torch for Linux be imported without its CUDA libraries.

The wheel is linked against cuBLAS, cuDNN, NCCL and others (together 2.6 GB to download), none
of which a float32 forward on the CPU calls; the dynamic linker wants them all the same. For
every library that is wanted and absent this writes a small one into torch/lib whose functions
all answer cudaErrorNoDevice, so torch finds zero devices.

Usage: cuda_stubs.py SITE_PACKAGES   (needs readelf and cc, which a build of Hearth needs too)
"""

import pathlib
import re
import subprocess
import sys

NVIDIA = re.compile(
    r"lib(cudart|cublas|cublasLt|cudnn|cufft|cufile|cupti|cusolver|cusparse|cusparseLt|nccl|"
    r"nvrtc|nvshmem_host|nvJitLink|nvToolsExt)\.so\."
)
UNVERSIONED = re.compile(r"nccl|nvshmem|cusparseLt|cuFile|cufile|cupti|nvrtc|cu[A-Z]|cudnn|nvtx")
TEXT = {
    "cudaGetErrorString",
    "cudaGetErrorName",
    "ncclGetErrorString",
    "cudnnGetErrorString",
    "nvrtcGetErrorString",
    "ncclGetLastError",
}


def readelf(flag, library):
    return subprocess.run(
        ["readelf", flag, "-W", library], check=True, capture_output=True, text=True
    ).stdout.splitlines()


def needed(library):
    return [m[1] for line in readelf("-d", library) if (m := re.search(r"NEEDED.*\[(.+)\]", line))]


def version_owners(library):
    """version name -> soname of the library that has to define it."""
    owners, soname = {}, None
    for line in readelf("-V", library):
        if m := re.search(r"Version: \d+\s+File: (\S+)", line):
            soname = m[1]
        elif (m := re.search(r"Name: (\S+)\s+Flags", line)) and soname:
            owners[m[1]] = soname
    return owners


def symbols(library):
    """(name, version or "", is undefined) of the dynamic symbol table."""
    for line in readelf("--dyn-syms", library):
        fields = line.split()
        if len(fields) < 8 or not fields[0].rstrip(":").isdigit():
            continue
        name, _, version = fields[7].replace("@@", "@").partition("@")
        yield name, version, fields[6] == "UND"


def wanted_by(libraries):
    """soname -> {(symbol, version)}; symbols without a version go to libcudart."""
    wanted, defined, loose = {}, set(), set()
    for library in libraries:
        for soname in filter(NVIDIA.match, needed(library)):
            wanted.setdefault(soname, set())
        owners = version_owners(library)
        for name, version, undefined in symbols(library):
            owner = owners.get(version, "")
            if not undefined:
                defined.add(name)
            elif NVIDIA.match(owner):
                wanted.setdefault(owner, set()).add((name, version))
            elif not version and UNVERSIONED.match(name):
                loose.add((name, ""))
    runtime = next(soname for soname in wanted if soname.startswith("libcudart"))
    wanted[runtime] |= {pair for pair in loose if pair[0] not in defined}
    return wanted


def version_node(version, pairs):
    names = "".join(sorted(name + "; " for name, v in pairs if v == version))
    return f"{version} {{ global: {names}}};\n"


def write_stub(folder, soname, pairs):
    names = sorted(name for name, _ in pairs)
    source = "".join(
        (
            f'const char *{n}() {{ return "no CUDA"; }}\n'
            if n in TEXT
            else f"long {n}() {{ return 100; }}\n"
        )
        for n in names
    )  # 100: cudaErrorNoDevice
    script = folder / (soname + ".map")
    script.write_text(
        "".join(version_node(version, pairs) for version in sorted({v for _, v in pairs} - {""}))
        or "{ global: *; };"
    )
    subprocess.run(
        [
            "cc",
            "-x",
            "c",
            "-shared",
            "-fPIC",
            "-w",
            "-fno-builtin",
            "-o",
            folder / soname,
            f"-Wl,-soname,{soname}",
            f"-Wl,--version-script={script}",
            "-",
        ],
        input=source,
        check=True,
        text=True,
    )
    script.unlink()


def main():
    folder = pathlib.Path(sys.argv[1]) / "torch" / "lib"
    libraries = [path for path in folder.glob("*.so*") if not NVIDIA.match(path.name)]
    for soname, pairs in wanted_by(libraries).items():
        if not (folder / soname).exists():
            write_stub(folder, soname, pairs)


if __name__ == "__main__":
    main()
