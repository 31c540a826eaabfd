#!/usr/bin/env python3
"""Every text of the console has its Korean, and every plural its English.

    check_translations.py REPOSITORY LUPDATE

Collects the texts from the source into copies of the .ts files and names what is unfinished, has
other placeholders than its source, or speaks Korean in another style than the rest.
"""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree


def problems(file):
    language = os.path.basename(file)
    for context in ElementTree.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            source = message.findtext("source") or ""
            where = f"{language}: {context.findtext('name')}: {source!r}"
            translation = message.find("translation")
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            if translation.get("type") == "unfinished" or not all(forms):
                yield f"{where} has no translation"
            elif any(re.search(r"(니다|시오)[.!?]?$", form, re.MULTILINE) for form in forms):
                yield f"{where} is not in 해요체"
            elif any(placeholders(form) - placeholders(source) for form in forms):
                yield f"{where} has placeholders that its source lacks"
            elif any(numbered(form) != numbered(source) for form in forms):
                yield f"{where} lacks a placeholder of its source"


def placeholders(text):
    return set(re.findall(r"%L?(?:\d+|n)", text))


def numbered(text):
    return placeholders(text) - {"%n", "%Ln"}


def main():
    repository, lupdate = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([os.path.join(repository, "ui/i18n/update.sh"), folder], check=True,
                       env={**os.environ, "LUPDATE": lupdate})
        found = [problem for language in ("en", "ko")
                 for problem in problems(os.path.join(folder, f"hearth_{language}.ts"))]
    for problem in found:
        print(problem)
    if found:
        print(f"{len(found)} problems; run ui/i18n/update.sh and translate.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
