"""Questions and answers about the attributes of a plant's things (attributes.toml)."""

import re
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Attribute:
    def __init__(self, name, table, frames):
        self.name = name
        self.kind = table["kind"]
        self.answer_pattern = table["answer"]
        frames = [_for_person(f) for f in frames] if table.get("person_value") else frames
        self.framed = [f.replace("{n}", n) for n in table["names"] for f in frames]
        self.asks = table["asks"]
        self.unseen = table["unseen"]
        self.more = []  # of more_asks.toml

    def answer(self, code, value):
        return capital(self.answer_pattern.format(e=code, v=value))


def _for_person(frame):
    return frame.replace("what is", "who is").replace("What is", "Who is").replace("What's",
                                                                                   "Who is")


def load():
    """Attributes by name."""
    with open(HERE / "attributes.toml", "rb") as file:
        tables = tomllib.load(file)
    frames = tables.pop("frames")
    return {name: Attribute(name, table, frames) for name, table in tables.items()}


def load_for_practice():
    """Attributes with the further ways of asking, and what may stand before a question."""
    attributes = load()
    with open(HERE / "more_asks.toml", "rb") as file:
        table = tomllib.load(file)
    for name, asks in table["asks"].items():
        attributes[name].more = asks
    return attributes, table["decorations"]


def capital(text):
    return text[:1].upper() + text[1:]


def ask(pattern, mention):
    return capital(pattern.format(e=mention))


def mention(code, what, rng):
    """How a question names a thing: mostly its code, sometimes "the slip pump P-204"."""
    return f"the {what} {code}" if what and rng.random() < 0.2 else code


def chat(question, answer):
    return {"messages": [{"role": "user", "content": question},
                         {"role": "assistant", "content": answer}]}


def words(text):
    """Letters and digits apart, as finetune/eval/answer_match does."""
    return re.findall(r"[a-z]+|[0-9]+", text.lower())


def rouge_l(candidate, reference):
    """F1 of the longest common subsequence of words (Lin, 2004)."""
    a, b = words(candidate), words(reference)
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b):
            above = row[j + 1]
            row[j + 1] = diagonal + 1 if x == y else max(above, row[j])
            diagonal = above
    return 2 * row[-1] / (len(a) + len(b)) if a and b else 0.0
