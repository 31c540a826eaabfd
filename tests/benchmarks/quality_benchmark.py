"""KL divergence of quantised SmolLM2-135M from itself in F32, in Hearth and in llama.cpp.

Both sides quantise the same tensors of the same F32 file to the same bits a weight: the matrices of
the layers to 4.5 (Q4_0 there) or 8.5 (Q8_0), the output to 8.5, and the table of embeddings to BF16.
SmolLM2's output is its table, so the file that both read has it twice. KV caches are F32.

The only copy of the model at hand has 4-bit weights: 16 values a block, which are kinder to some
quantisers than to others. So every weight is moved by a random part of half a step of its block, as
if it had not been rounded ("spread"); the other reference has the values as they are ("rounded").
"""

import argparse
import ctypes
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

import gguf
import llama_cpp
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXTS = ["README.md", "CONTRIBUTING.md"] + [
    f"docs/{name}.md" for name in ("architecture", "storage", "training", "testing", "formats", "models")
]
TABLE, OUTPUT = "token_embd.weight", "output.weight"
BITS = {"4.5": ("int4", "Q4_0", llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0),
        "8.5": ("int8", "Q8_0", llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0)}


def prose():
    """Sentences of the documentation, without code, tables and headings."""
    text = "\n\n".join((ROOT / name).read_text() for name in TEXTS)
    text = re.sub(r"```.*?```", "", text, flags=re.S)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("|", "#", "<", "!"))]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def run(command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command[:4]))}: {(done.stderr or done.stdout).strip()[-800:]}")
    return done.stdout


def half_steps(tensor):
    """Half the distance of neighbouring values of a tensor in blocks, by row and column."""
    rows = tensor.data.reshape(-1, tensor.data.shape[-1])
    size = {"Q4_1": 20, "Q8_0": 34}[tensor.tensor_type.name]
    scales = rows.reshape(len(rows), -1, size)[:, :, :2].copy().view(np.float16)[..., 0]
    return np.repeat(np.abs(scales.astype(np.float32)) / 2, 32, axis=1)


def spread(source, plain):
    """Moves the F32 values of `plain` within the steps of `source`."""
    steps = {t.name: half_steps(t) for t in gguf.GGUFReader(source).tensors
             if t.tensor_type.name != "F32"}
    reader = gguf.GGUFReader(plain, "r+")
    draw = np.random.default_rng(1)
    for tensor in reader.tensors:
        if tensor.name in steps:
            move = draw.uniform(-1, 1, tensor.data.shape).astype(np.float32)
            tensor.data[...] += move * steps[tensor.name]
    reader.data.flush()


def with_output(plain, out):
    """Copies an F32 file and adds the table once more, as the output."""
    reader = gguf.GGUFReader(plain)
    table = next(t for t in reader.tensors if t.name == TABLE)
    last = reader.tensors[-1].field
    end = last.offset + sum(part.nbytes for part in last.parts)
    data = pathlib.Path(plain).read_bytes()
    begin, alignment = reader.data_offset, reader.alignment
    pad = lambda n: b"\0" * (-n % alignment)
    weights = data[begin:] + pad(len(data) - begin)
    shape = [int(d) for d in table.shape]
    info = struct.pack("<Q", len(OUTPUT)) + OUTPUT.encode() + struct.pack(
        f"<I{len(shape)}QIQ", len(shape), *shape, int(table.tensor_type), len(weights))
    head = data[:8] + struct.pack("<Q", len(reader.tensors) + 1) + data[16:end] + info
    pathlib.Path(out).write_bytes(head + pad(len(head)) + weights + table.data.tobytes())


def quantise(plain, out, file_type):
    params = llama_cpp.llama_model_quantize_default_params()
    params.nthread, params.ftype = 0, file_type
    params.output_tensor_type = llama_cpp.GGML_TYPE_Q8_0
    params.token_embedding_type = int(gguf.GGMLQuantizationType.BF16)
    if llama_cpp.llama_model_quantize(str(plain).encode(), str(out).encode(), ctypes.byref(params)) != 0:
        sys.exit("llama.cpp cannot quantise the model")


def check_types(file, matrices):
    """That llama.cpp quantised what it was told to and nothing otherwise."""
    for tensor in gguf.GGUFReader(file).tensors:
        wanted = {TABLE: "BF16", OUTPUT: "Q8_0"}.get(
            tensor.name, matrices if len(tensor.shape) == 2 else "F32")
        if tensor.tensor_type.name != wanted:
            sys.exit(f"{tensor.name} is {tensor.tensor_type.name} instead of {wanted}")


class Llama:
    def __init__(self, file, window):
        params = llama_cpp.llama_model_default_params()
        params.n_gpu_layers = 0
        self.model = llama_cpp.llama_model_load_from_file(str(file).encode(), params)
        self.vocabulary = llama_cpp.llama_model_get_vocab(self.model)
        self.size = llama_cpp.llama_vocab_n_tokens(self.vocabulary)
        context = llama_cpp.llama_context_default_params()
        context.n_ctx = context.n_batch = context.n_ubatch = window
        context.type_k = context.type_v = int(gguf.GGMLQuantizationType.F32)
        context.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        self.context = llama_cpp.llama_init_from_model(self.model, context)
        self.batch = llama_cpp.llama_batch_init(window, 0, 1)

    def tokens(self, text):
        data = text.encode()
        out = (llama_cpp.llama_token * len(data))()
        count = llama_cpp.llama_tokenize(self.vocabulary, data, len(data), out, len(data), False, False)
        return list(out[:count])

    def logits(self, ids):
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(self.context), True)
        for i, token in enumerate(ids):
            self.batch.token[i], self.batch.pos[i], self.batch.logits[i] = token, i, 1
            self.batch.n_seq_id[i], self.batch.seq_id[i][0] = 1, 0
        self.batch.n_tokens = len(ids)
        assert llama_cpp.llama_decode(self.context, self.batch) == 0
        rows = llama_cpp.llama_get_logits(self.context)
        return np.ctypeslib.as_array(rows, (len(ids), self.size)).copy()


class Hearth:
    def __init__(self, program, model, folder):
        self.program, self.model, self.out = program, model, folder / "logits.safetensors"

    def logits(self, ids):
        run([self.program, "logits", self.model, "--ids", ",".join(map(str, ids)), "--out", self.out])
        data = self.out.read_bytes()
        begin = 8 + struct.unpack("<Q", data[:8])[0]
        return np.frombuffer(data, np.float32, offset=begin).reshape(len(ids), -1)


def log_softmax(rows):
    rows = rows - rows.max(axis=1, keepdims=True)
    return rows - np.log(np.exp(rows).sum(axis=1, keepdims=True, dtype=np.float64)).astype(np.float32)


def compare(p, q):
    """Of each token: KL divergence in nats, and whether the likeliest successor is the same. F32
    logarithms are off by some 1e-6 of probabilities that add up to 1."""
    kl = np.einsum("tv,tv->t", np.exp(p), p - q, dtype=np.float64)
    return np.stack([kl, p.argmax(axis=1) == q.argmax(axis=1)])


def summary(windows):
    """windows: [windows, 2, tokens] of compare()."""
    kl, same = windows[:, 0], windows[:, 1]
    # Neighbouring tokens err together, so the error of the mean is taken from the windows' means.
    return {"kl_mean": kl.mean(), "kl_error": kl.mean(axis=1).std(ddof=1) / len(kl) ** 0.5,
            "kl_median": np.median(kl), "kl_p99": np.quantile(kl, 0.99), "same_top": same.mean()}


def variants(options, plain, folder):
    """The models of both programs from one F32 file: {program: {bits: model}}."""
    def pack(precision):
        run([options.hearth, "model", "pack", plain, folder / precision, "--precision", precision,
             "--no-measure"])
        return Hearth(options.hearth, folder / precision, folder)

    models = {"hearth": {"F32": pack("f32")}, "llama": {"F32": Llama(plain, options.window)}}
    for bits, (precision, matrices, file_type) in BITS.items():
        file = folder / f"{matrices}.gguf"
        quantise(plain, file, file_type)
        check_types(file, matrices)
        models["llama"][bits] = Llama(file, options.window)
        models["hearth"][bits] = pack(precision)
    return models


def measure(options, plain, folder):
    models = variants(options, plain, folder)
    ids = models["llama"]["F32"].tokens(prose())[:options.tokens]
    results = {(program, bits): [] for program in models for bits in models[program]}
    for begin in range(0, len(ids) - options.window + 1, options.window):
        window = ids[begin:begin + options.window]
        references = {}
        for program in models:
            p = references[program] = log_softmax(models[program]["F32"].logits(window))
            for bits in BITS:
                q = log_softmax(models[program][bits].logits(window))
                results[program, bits].append(compare(p, q))
        results["hearth", "F32"].append(compare(references["llama"], references["hearth"]))
    report = {"tokens": begin // options.window * options.window + options.window}
    report["hearth_from_llama_f32"] = summary(np.array(results["hearth", "F32"]))
    for bits in BITS:
        report[bits] = {program: summary(np.array(results[program, bits])) for program in models}
    return report


def print_table(name, results):
    for bits in BITS:
        for program in ("hearth", "llama"):
            r = results[bits][program]
            print(f"| {name} | {bits} | {program} | {r['kl_mean']:.6f} +- {r['kl_error']:.6f} | "
                  f"{r['kl_median']:.6f} | {r['kl_p99']:.5f} | {100 * r['same_top']:.2f} % |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--tokens", type=int, default=4096)
    parser.add_argument("--window", type=int, default=512)
    parser.add_argument("--json")
    options = parser.parse_args()
    llama_cpp.llama_log_set(QUIET, ctypes.c_void_p())
    report = {}
    print("| weights | bits | program | mean KL | median | 99 % below | same likeliest |")
    print("|---|---|---|---|---|---|---|")
    for reference in ("spread", "rounded"):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            plain, doubled = folder / "plain.gguf", folder / "f32.gguf"
            run([options.hearth, "model", "export-gguf", options.model, plain, "--type", "f32"])
            if reference == "spread":
                spread(options.model, plain)
            with_output(plain, doubled)
            report[reference] = measure(options, doubled, folder)
            print_table(reference, report[reference])
    print(f"{report['spread']['tokens']} tokens; Hearth from llama.cpp, both F32: "
          f"{report['spread']['hearth_from_llama_f32']['kl_mean']:.2g}")
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=2) + "\n")


@llama_cpp.llama_log_callback
def QUIET(level, text, user_data):
    del level, text, user_data


if __name__ == "__main__":
    main()
