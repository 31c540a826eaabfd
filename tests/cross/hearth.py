"""Runs `hearth logits`."""

import subprocess

from safetensors.torch import load_file


class HearthError(Exception):
    """What the program said on refusing."""


def logits(program, model, ids, out, adapter=None, prefill=None):
    """Float32 logits [tokens, vocab]."""
    command = [program, "logits", str(model), "--ids", ",".join(map(str, ids)), "--out", str(out)]
    if adapter is not None:
        command += ["--adapter", str(adapter)]
    if prefill is not None:
        command += ["--prefill", str(prefill)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise HearthError((done.stderr or done.stdout).strip()[:400])
    return load_file(out)["logits"]
