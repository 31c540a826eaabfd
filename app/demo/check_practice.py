#!/usr/bin/env python3
"""Fails when the practice data tells anything about the demo handbook.

usage: check_practice.py [CHAT_JSONL...]
Without a file the practice examples are generated as instruct.py does. Checked: no thing of the
handbook is named, no sentence gives a handbook fact's attribute the handbook's value, and no
question is put in the words kept for the handbook's test set.
"""

import json
import random
import re
import sys
from pathlib import Path

import instruct
import phrasing


def shape(pattern):
    """A regular expression for the pattern with any thing in it."""
    parts = [re.escape(part) for part in phrasing.capital(pattern).split("{e}")]
    return re.compile(".+".join(parts) if parts[0] else ".+" + parts[1])


def problems(rows, handbook, attributes):
    entities = re.compile(r"\b(" + "|".join(re.escape(f["entity"]) for f in handbook) + r")\b")
    stated = [re.compile(re.escape(attributes[f["attribute"]].answer("\0", f["value"]))
                         .replace("\0", r"[^.]+").replace("\\\0", r"[^.]+"))
              for f in handbook]
    stated = re.compile("|".join(sorted({p.pattern for p in stated})))
    unseen = re.compile("|".join(shape(p).pattern for a in attributes.values() for p in a.unseen))
    for row in rows:
        asked, answered = (m["content"] for m in row["messages"])
        text = f"{asked}\n{answered}"
        if found := entities.search(text):
            yield f"names {found.group()}: {text}"
        if stated.search(text):
            yield f"states a handbook value: {text}"
        if unseen.fullmatch(asked.split("\n")[-1]):
            yield f"asks in the test set's words: {asked}"


def main():
    attributes = phrasing.load()
    facts = json.loads((phrasing.HERE / "handbook" / "facts.json").read_text("utf-8"))["facts"]
    if len(sys.argv) > 1:
        rows = [json.loads(line) for name in sys.argv[1:]
                for line in Path(name).read_text("utf-8").splitlines()]
    else:
        rows = (instruct.practice_examples(random.Random(instruct.SEED))
                + instruct.rewordings(instruct.SEED + 1))
    found = list(problems(rows, facts, attributes))
    for problem in found[:20]:
        print(problem, file=sys.stderr)
    print(f"{len(rows)} examples, {len(found)} problems")
    sys.exit(1 if found or not rows else 0)


if __name__ == "__main__":
    main()
