#!/usr/bin/env python3
"""Writes the pre-training text: documents from freely licensed Debian packages.

usage: corpus.py OUT_DIR [--seed N]
Writes OUT_DIR/train.txt, OUT_DIR/replay.txt (a part of it) and OUT_DIR/heldout.txt (1 %, in
neither), documents separated by a line
<|endoftext|>. The same packages and seed give the same bytes.
"""

import argparse
import random
import re
from pathlib import Path

import dictd
import wordnet

SEPARATOR = "\n<|endoftext|>\n"
HELD_OUT_SHARE = 0.01
REPLAY_STRIDE = 6  # replay.txt, read again during instruction tuning, has every sixth document


def capital(text):
    return text[:1].upper() + text[1:]


def sentence(text):
    text = capital(text.strip())
    return text if text.endswith((".", "!", "?")) else text + "."


def article(phrase):
    return "an" if phrase[:1].lower() in "aeiou" else "a"


def _related(synset, synsets, symbol):
    found = [synsets[key].words[0] for mark, key in synset.pointers
             if mark == symbol and key in synsets]
    return found[0] if found else None


def _opening(synset, rng):
    word, definition = synset.words[0], synset.definition
    plain = synset.part == "noun" and re.match(r"(a|an|the|any|one) ", definition)
    if plain and word[:1].islower() and rng.random() < 0.5:
        return f"{capital(article(word))} {word} is {definition}."
    if synset.part == "verb" and rng.random() < 0.5:
        return f"To {word} means to {definition}."
    return rng.choice([
        f"{word} ({synset.part}): {definition}.",
        f'The {synset.part} "{word}" means: {definition}.',
        f"{capital(word)}: {definition}.",
    ])


def wordnet_document(synset, synsets, rng):
    parts = [_opening(synset, rng)]
    if len(synset.words) > 1:
        others = ", ".join(synset.words[1:])
        parts.append(rng.choice([f"Also called {others}.", f"It is the same as {others}."])
                     if synset.part == "noun" else f"Similar words: {others}.")
    parent = _related(synset, synsets, "@")
    if parent and synset.part == "noun":
        parts.append(f"It is a kind of {parent}.")
    opposite = _related(synset, synsets, "!")
    if opposite:
        parts.append(f"The opposite is {opposite}.")
    for example in synset.examples:
        parts.append(rng.choice(["Example: ", "For example: ", ""]) + sentence(example))
    return " ".join(parts)


def dictionary_documents(name):
    for headword, text in dictd.entries(name):
        lines = dictd.paragraphs(text)
        if not lines or wordnet.COARSE.search(text.replace("slang", "")):
            continue
        if name == "jargon":  # the first line is the headword with its pronunciation
            lines[0] = headword + ":" if len(lines) > 1 else lines[0]
        yield "\n".join([" ".join(lines[:2])] + lines[2:])


def documents(rng):
    synsets = wordnet.load()
    found = [wordnet_document(s, synsets, rng) for s in synsets.values()]
    for name in ("jargon", "devil", "elements"):
        found.extend(dictionary_documents(name))
    found = [d for d in found if "<|" not in d]
    rng.shuffle(found)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    found = documents(random.Random(options.seed))
    cut = int(len(found) * HELD_OUT_SHARE)
    options.out.mkdir(parents=True, exist_ok=True)
    parts = {"heldout.txt": found[:cut], "train.txt": found[cut:],
             "replay.txt": found[cut::REPLAY_STRIDE]}
    for name, part in parts.items():
        text = SEPARATOR.join(part) + "\n"
        (options.out / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(part)} documents, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
