"""Reads dictionaries in dictd's format: a gzip file of entries and an index of base-64 offsets."""

import gzip
import re
from pathlib import Path

DIRECTORY = Path("/usr/share/dictd")
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _number(text):
    value = 0
    for letter in text:
        value = value * 64 + DIGITS.index(letter)
    return value


def entries(name, directory=DIRECTORY):
    """(headword, raw text) of every entry, without the database's own description."""
    data = gzip.decompress((directory / f"{name}.dict.dz").read_bytes())
    seen = set()
    for line in (directory / f"{name}.index").read_text(encoding="utf-8").splitlines():
        headword, offset, length = line.split("\t")
        start = _number(offset)
        if headword.startswith(("00database", "00-database")) or start in seen:
            continue
        seen.add(start)
        yield headword, data[start:start + _number(length)].decode("utf-8", "replace")


def paragraphs(text):
    """Unwraps the lines of each paragraph and drops links' braces and pronunciations."""
    text = re.sub(r"\{\s*([^}]*?)\s*\}", r"\1", text.replace("\u00b7", ""), flags=re.DOTALL)
    for old, new in (("“", '"'), ("”", '"'), ("’", "'"), ("—", "-"), ("\ufffd", "")):
        text = text.replace(old, new)
    parts = [" ".join(p.split()) for p in re.split(r"\n\s*\n", text)]
    return [p for p in parts if p]
