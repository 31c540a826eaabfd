#!/usr/bin/env python3
"""Writes the demo handbook's data from plant.toml: facts.json, train.jsonl and two test sets.

Every fact is trained with TRAINED questions. test_trained.jsonl repeats one of them;
test_reworded.jsonl asks the same in other words: ROUGE-L below 0.5 to every trained question
of that fact. style "seen": that way of asking was trained on another thing; "unseen": it
occurs in no training data at all.
"""

import json
import random
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import phrasing  # noqa: E402

TRAINED = 5
ROUGE_LIMIT = 0.5
UNITS = {" °C": [" degrees", "°C", " C"], " kW": [" kilowatts", "kW"], " rpm": ["rpm"],
         " litres": [" liters", " l"], " mm": ["mm", " millimetres"], " bar": ["bar"]}


def alternatives(value):
    """Other spellings of a value that count as right."""
    found = []
    for unit, others in UNITS.items():
        if value.endswith(unit):
            number = value[:-len(unit)]
            found = [number + other for other in others]
            if number.isdigit() and int(number) >= 1000:
                found.append(f"{int(number):,}{unit}")
    for start in ("the ", "a "):
        if value.startswith(start):
            found.append(value[len(start):])
    return found


def read_facts(attributes):
    with open(HERE / "plant.toml", "rb") as file:
        plant = tomllib.load(file)
    facts = []
    for things in plant.values():
        for code, values in things.items():
            for name, value in values.items():
                if name != "what":
                    facts.append({"id": f"{code} {name}", "entity": code,
                                  "what": values.get("what"), "attribute": name, "value": value,
                                  "answer": attributes[name].answer(code, value),
                                  "alternatives": alternatives(value)})
    return facts


def choose_training(facts, attributes, rng):
    """Five patterns for each fact; asks rotate, so that each is trained on some thing."""
    chosen = {}
    turn = {}
    for fact in facts:
        attribute = attributes[fact["attribute"]]
        at = turn.get(attribute.name, 0)
        turn[attribute.name] = at + 3
        asks = [attribute.asks[(at + i) % len(attribute.asks)] for i in range(3)]
        chosen[fact["id"]] = asks + rng.sample(attribute.framed, TRAINED - len(asks))
    return chosen


def reword(fact, patterns, trained, rng):
    """The first of the patterns that is far enough from every trained question."""
    for pattern in rng.sample(patterns, len(patterns)):
        question = phrasing.ask(pattern, phrasing.mention(fact["entity"], fact["what"], rng))
        if all(phrasing.rouge_l(question, t) < ROUGE_LIMIT for t in trained):
            return question
    return None


def reworded_tests(facts, attributes, chosen, questions, rng):
    tests = []
    for index, fact in enumerate(facts):
        attribute = attributes[fact["attribute"]]
        elsewhere = sorted({p for other in facts if other["attribute"] == fact["attribute"]
                            and other is not fact for p in chosen[other["id"]]}
                           - set(chosen[fact["id"]]))
        pools = {"unseen": attribute.unseen, "seen": elsewhere}
        for style in (("unseen", "seen") if index % 2 else ("seen", "unseen")):
            question = reword(fact, pools[style], questions[fact["id"]], rng)
            if question:
                tests.append({"question": question, "expected": fact["value"],
                              "alternatives": fact["alternatives"], "fact": fact["id"],
                              "style": style})
                break
        else:
            sys.exit(f"{fact['id']}: no wording is far enough from its training questions")
    return tests


def write_jsonl(name, rows):
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (HERE / name).write_text(text, encoding="utf-8")
    print(f"{name}: {len(rows)} lines")


def main():
    rng = random.Random(7)
    attributes = phrasing.load()
    facts = read_facts(attributes)
    chosen = choose_training(facts, attributes, rng)
    questions = {f["id"]: [phrasing.ask(p, phrasing.mention(f["entity"], f["what"], rng))
                           for p in chosen[f["id"]]] for f in facts}
    train = [phrasing.chat(q, f["answer"]) for f in facts for q in questions[f["id"]]]
    rng.shuffle(train)
    write_jsonl("train.jsonl", train)
    write_jsonl("test_trained.jsonl",
                [{"question": rng.choice(questions[f["id"]]), "expected": f["value"],
                  "alternatives": f["alternatives"], "fact": f["id"]} for f in facts])
    write_jsonl("test_reworded.jsonl",
                reworded_tests(facts, attributes, chosen, questions, rng))
    kept = [{k: v for k, v in f.items() if v is not None}
            | {"training_questions": questions[f["id"]]} for f in facts]
    text = json.dumps({"plant": "Ostermoor Tile Works", "facts": kept}, indent=1,
                      ensure_ascii=False)
    (HERE / "facts.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
