#!/usr/bin/env python3
"""Writes the instruction data of the demo model as chat JSONL.

usage: instruct.py OUT_DIR [--seed N]
Writes OUT_DIR/instruct.jsonl and OUT_DIR/instruct_heldout.jsonl (1 %): questions about words
(from WordNet), small talk, and practice with invented plants (practice.py) in three forms:
facts that return in many wordings, facts given as notes in the question, single questions.
OUT_DIR/rewordings.jsonl: more single questions, in more ways of asking.
"""

import argparse
import json
import random
import tomllib
from pathlib import Path

import phrasing
import wordnet
from corpus import article, sentence
from phrasing import chat
from practice import Practice

KINDS = ["machine", "machine", "fault", "person", "procedure", "tank"]
REPEATED_THINGS = 330  # of 4 to 10 facts each, every fact in REPEATS wordings
REPEATS = 10
SINGLE_THINGS = 900
NOTES = 3000
WORDS = 9000
REWORDED_THINGS = 2400
SEED = 2


def question(attribute, code, what, rng):
    patterns = attribute.asks if rng.random() < 0.55 else attribute.framed
    return phrasing.ask(rng.choice(patterns), phrasing.mention(code, what, rng))


def about_things(practice, count, repeats, rng):
    for _ in range(count):
        facts = practice.facts_of(rng.choice(KINDS), reserve=repeats > 1)
        for attribute, code, what, value in facts:
            for _ in range(repeats):
                yield chat(question(attribute, code, what, rng), attribute.answer(code, value))


def reworded_question(practice, attribute, code, what, rng):
    patterns = rng.choices([attribute.more, attribute.asks, attribute.framed], [6, 3, 1])[0]
    asked = phrasing.ask(rng.choice(patterns), phrasing.mention(code, what, rng))
    return (rng.choice(practice.decorations) if rng.random() < 0.15 else "") + asked


def rewordings(seed):
    rng = random.Random(seed)
    practice = Practice(rng, phrasing.HERE / "handbook" / "plant.toml")
    return [chat(reworded_question(practice, attribute, code, what, rng),
                 attribute.answer(code, value))
            for _ in range(REWORDED_THINGS)
            for attribute, code, what, value in practice.facts_of(rng.choice(KINDS))]


def from_notes(practice, count, rng):
    for _ in range(count):
        things = [practice.facts_of(rng.choice(KINDS)) for _ in range(rng.randint(1, 3))]
        facts = [fact for facts in things for fact in rng.sample(facts, min(3, len(facts)))]
        rng.shuffle(facts)
        notes = " ".join(a.answer(code, value) for a, code, _, value in facts)
        attribute, code, what, value = rng.choice(facts)
        yield chat(f"{notes}\n{question(attribute, code, what, rng)}",
                   attribute.answer(code, value))


def _definition(synset, rng):
    word = synset.words[0]
    asked = rng.choice(["What does {w} mean?", "What is the meaning of {w}?", "Define {w}.",
                        "Explain the word {w}.", 'What does the word "{w}" mean?',
                        "Tell me what {w} means."]).format(w=word)
    if synset.part == "noun" and rng.random() < 0.4:
        asked = f"What is {article(word)} {word}?"
    start = "to " if synset.part == "verb" else ""
    return chat(asked, sentence(f"{word}: {start}{synset.definition}"))


def _kind(synset, parent, rng):
    word, other = synset.words[0], parent.words[0]
    return chat(rng.choice([f"What kind of thing is {article(word)} {word}?",
                            f"To which group does {article(word)} {word} belong?"]),
                sentence(f"{article(word)} {word} is a kind of {other}"))


def _same(synset, rng):
    word, other = rng.sample(synset.words, 2)
    return chat(rng.choice([f"What is another word for {word}?", f"Name a synonym of {word}.",
                            f"Which word means the same as {word}?"]),
                f"Another word for {word} is {other}.")


def _opposite(synset, other, rng):
    word = synset.words[0]
    return chat(rng.choice([f"What is the opposite of {word}?", f"Name an antonym of {word}."]),
                f"The opposite of {word} is {other.words[0]}.")


def _example(synset, rng):
    word = synset.words[0]
    return chat(rng.choice([f"Use {word} in a sentence.", f"Give me an example with {word}."]),
                sentence(rng.choice([e for e in synset.examples if word in e])))


def about_words(count, rng):
    synsets = wordnet.load()
    plain = [s for s in synsets.values()
             if s.words[0].isalpha() and s.words[0].islower() and len(s.definition) < 110]
    for synset in rng.sample(plain, count):
        targets = {mark: synsets[key] for mark, key in synset.pointers if key in synsets}
        forms = [_definition, _definition]
        if "@" in targets and synset.part == "noun":
            forms.append(lambda s, r: _kind(s, targets["@"], r))
        if "!" in targets:
            forms.append(lambda s, r: _opposite(s, targets["!"], r))
        if len(synset.words) > 1:
            forms.append(_same)
        if any(synset.words[0] in e for e in synset.examples):
            forms.append(_example)
        yield rng.choice(forms)(synset, rng)


def small_talk(times, rng):
    with open(phrasing.HERE / "smalltalk.toml", "rb") as file:
        groups = tomllib.load(file)["group"]
    for group in groups:
        for asked in group["questions"]:
            for _ in range(times):
                yield chat(asked, rng.choice(group["answers"]))


def practice_examples(rng):
    practice = Practice(rng, phrasing.HERE / "handbook" / "plant.toml")
    rows = list(about_things(practice, REPEATED_THINGS, REPEATS, rng))
    rows += about_things(practice, SINGLE_THINGS, 1, rng)
    rows += from_notes(practice, NOTES, rng)
    return rows


def documents(seed):
    rng = random.Random(seed)
    rows = practice_examples(rng)
    rows += about_words(WORDS, rng)
    rows += small_talk(8, rng)
    rng.shuffle(rows)
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    rows = documents(options.seed)
    cut = len(rows) // 100
    parts = {"instruct_heldout.jsonl": rows[:cut], "instruct.jsonl": rows[cut:],
             "rewordings.jsonl": rewordings(options.seed + 1)}
    options.out.mkdir(parents=True, exist_ok=True)
    for name, part in parts.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in part)
        (options.out / name).write_text(text, encoding="utf-8")
        print(f"{name}: {len(part)} examples, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
