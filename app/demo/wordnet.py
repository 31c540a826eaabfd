"""Reads WordNet's database files (format: man 5 wndb) as Debian's wordnet-base installs them."""

import re
from dataclasses import dataclass, field
from pathlib import Path

DIRECTORY = Path("/usr/share/wordnet")
PARTS = {"noun": "noun", "verb": "verb", "adj": "adjective", "adv": "adverb"}
# Lexicographer files of animals and plants: their capitalised lemmas are Latin taxa.
TAXON_FILES = {5, 20}
COARSE = re.compile(r"offensive|obscene|vulgar|slang|derogatory|disparaging|slur|genital|coitus"
                    r"|sexual|prostitut", re.IGNORECASE)


@dataclass
class Synset:
    part: str  # noun, verb, adjective, adverb
    words: list
    definition: str
    examples: list
    topic: int
    pointers: list = field(default_factory=list)  # (symbol, key of the target synset)


def _split_gloss(gloss):
    examples = re.findall(r'"([^"]+)"', gloss)
    definition = re.split(r';?\s*"', gloss, maxsplit=1)[0].strip(" ;")
    return definition, [e.strip() for e in examples if len(e.split()) > 2]


def _parse_line(line, part):
    data, _, gloss = line.partition(" | ")
    fields = data.split()
    count = int(fields[3], 16)
    words = [re.sub(r"\(\w+\)$", "", w).replace("_", " ") for w in fields[4:4 + 2 * count:2]]
    at = 4 + 2 * count
    raw = fields[at + 1:at + 1 + 4 * int(fields[at])]
    pointers = [(raw[i], (raw[i + 2].replace("s", "a"), raw[i + 1]))
                for i in range(0, len(raw), 4)]
    definition, examples = _split_gloss(gloss.strip())
    return Synset(PARTS[part], words, definition, examples, int(fields[1]), pointers)


def _wanted(synset):
    taxon = synset.topic in TAXON_FILES and synset.words[0][:1].isupper()
    instance = any(mark == "@i" for mark, _ in synset.pointers)  # people, cities, rivers
    return (synset.definition and not taxon and not instance and not COARSE.search(synset.definition)
            and synset.definition.isascii())


def load(directory=DIRECTORY):
    """All usable synsets, by (part letter, offset), in file order."""
    synsets = {}
    for part in PARTS:
        letter = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}[part]
        with open(directory / f"data.{part}", encoding="ascii") as lines:
            for line in lines:
                if line.startswith("  "):  # the licence that heads each file
                    continue
                synset = _parse_line(line, part)
                if _wanted(synset):
                    synsets[(letter, line[:8])] = synset
    return synsets
