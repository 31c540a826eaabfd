"""tokenizer_benchmark beside PyPI's tokenizers on the same text, one thread each, processor time."""

import pathlib
import re
import statistics
import subprocess
import sys
import time

import tokenizers

RUNS = 5


def theirs(path, text):
    tokenizer = tokenizers.Tokenizer.from_file(str(path))
    seconds = []
    for _ in range(RUNS + 1):
        begin = time.thread_time()
        tokenizer.encode(text, add_special_tokens=False)
        seconds.append(time.thread_time() - begin)
    size = len(text.encode()) / 1e6
    return size / seconds[0], size / statistics.median(seconds[1:])


def main():
    program, text_file, real = sys.argv[1:]
    text = pathlib.Path(text_file).read_text()
    for directory in sorted(pathlib.Path(real).iterdir()):
        output = subprocess.run([program, text_file, str(directory)], check=True, capture_output=True, text=True).stdout
        cold, warm = map(float, re.search(r"cold +([\d.]+) MB/s, warm +([\d.]+)", output).groups())
        their_cold, their_warm = theirs(directory / "tokenizer.json", text)
        print(f"{directory.name:14} Hearth {cold:5.1f} cold {warm:5.1f} warm, tokenizers {their_cold:5.1f} cold "
              f"{their_warm:5.1f} warm MB/s, ratio {cold / their_cold:.1f} and {warm / their_warm:.1f}", flush=True)


if __name__ == "__main__":
    main()
