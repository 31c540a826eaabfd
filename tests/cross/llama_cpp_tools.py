"""The programs that compare_llama_cpp.py runs, and models with errors put into their weights."""

import ctypes
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import gguf
import numpy as np
from safetensors.numpy import load_file

CROSS = pathlib.Path(__file__).resolve().parent
# llama.cpp's numbers of kinds of files (llama_ftype).
FILE_TYPES = {"q4_1": 3, "q4_k_s": 14, "q5_k_s": 16, "q6_k": 18, "mxfp4": 38}


def run(command):
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command[:4])}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout


class Tools:
    def __init__(self, hearth, packages):
        self.hearth, self.packages = hearth, packages

    def export(self, model, out, kind="f32"):
        return json.loads(run([self.hearth, "--json", "model", "export-gguf", model, out, "--type", kind]))

    def ours(self, model, ids):
        with tempfile.TemporaryDirectory() as folder:
            out = f"{folder}/logits.safetensors"
            run([self.hearth, "logits", model, "--ids", ",".join(map(str, ids)), "--out", out])
            return load_file(out)["logits"]

    def theirs(self, model, jobs):
        """Logits and chosen ids of each job."""
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "jobs.json").write_text(json.dumps(jobs))
            run(["node", CROSS / "llama_cpp.mjs", self.packages, model, f"{folder}/jobs.json", folder])
            chosen = json.loads((pathlib.Path(folder) / "greedy.json").read_text())
            out = []
            for i, job in enumerate(jobs):
                rows = len(job["ids"]) + max(0, job["greedy"] - 1)
                out.append((np.fromfile(f"{folder}/{i}.f32", np.float32).reshape(rows, -1), chosen[i]))
            return out

    def quantise(self, file, out, kind):
        """llama.cpp's own quantiser, in a process of its own."""
        folder = pathlib.Path(self.packages) / "node_modules/@node-llama-cpp/linux-x64/bins/linux-x64"
        run([sys.executable, __file__, folder, file, out, FILE_TYPES[kind]])


class QuantiseParams(ctypes.Structure):
    """llama_model_quantize_params: its first fields, and room for the others."""

    _fields_ = [("nthread", ctypes.c_int32), ("ftype", ctypes.c_int32), ("rest", ctypes.c_byte * 512)]


def quantise(folder, file, out, file_type):
    llama = ctypes.CDLL(str(next(pathlib.Path(folder).glob("libllama.v*.so"))))
    llama.llama_model_quantize_default_params.restype = QuantiseParams
    llama.llama_model_quantize.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(QuantiseParams)]
    params = llama.llama_model_quantize_default_params()
    params.nthread, params.ftype = 1, int(file_type)
    if llama.llama_model_quantize(file.encode(), out.encode(), ctypes.byref(params)) != 0:
        sys.exit("llama_model_quantize failed")


def disturb(file, copy, r, noise=0.0):
    """The same F32 model with errors in its weights and its rotary frequencies: those of F32 sums
    in another order, and `noise` of each weight."""
    unit = 2.0**-24
    shutil.copy(file, copy)
    reader = gguf.GGUFReader(copy, "r+")
    inner = max(max(int(d) for d in t.shape) for t in reader.tensors if "blk." in t.name)
    for tensor in reader.tensors:
        error = np.hypot(noise, unit * np.sqrt(inner))
        tensor.data[...] = tensor.data * (1 + error * r.standard_normal(tensor.data.shape))
    for key, field in reader.fields.items():
        if key.endswith("rope.freq_base"):
            # llama.cpp multiplies its way from one pair's frequency to the next.
            pairs = int(reader.fields[key.replace("freq_base", "dimension_count")].parts[-1][0]) // 2
            field.parts[-1][0] *= np.float32(1 + unit * pairs * r.standard_normal())
    reader.data.flush()


def same_values(file, plain):
    """Whether Hearth's F32 copy of a file has what llama.cpp's own package reads from it. Scaled
    latents (docs/models.md) go back and forth, which rounds twice."""
    copies = {t.name: t.data for t in gguf.GGUFReader(plain).tensors}
    reader = gguf.GGUFReader(file)
    scaled = any(key.endswith("hearth_latent_scale") for key in reader.fields)
    if {t.name for t in reader.tensors} != set(copies):
        return False
    for tensor in reader.tensors:
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        values, copy = np.asarray(values, np.float32).ravel(), copies[tensor.name].ravel()
        rounded = scaled and tensor.name.endswith(("attn_q_a.weight", "attn_kv_a_mqa.weight"))
        if not np.all(np.abs(values - copy) <= (2.0**-22 if rounded else 0) * np.abs(values)):
            return False
    return True


if __name__ == "__main__":
    quantise(*sys.argv[1:])
