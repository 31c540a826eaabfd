"""Makes the tokenizers of this folder and what they are held to. The text is this file's own.

    python3 make.py          with PyPI's tokenizers, sentencepiece and protobuf

bpe/      SentencePiece-style BPE as Llama 2 and Mistral have it: Prepend and Replace, byte fallback
unigram/  SentencePiece-style Unigram: a precompiled charsmap of own rules, Metaspace, byte fallback
words/    GPT-2 style over Digits, with added tokens of every flag
"""

import base64
import io
import json
import pathlib
import tempfile

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2
from tokenizers import decoders, models, normalizers, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).parent
MARK = "\u2581"
SPECIAL = ["<unk>", "<s>", "</s>"]

CORPUS = """
The forge stands at the edge of the valley, and the smith starts its fire before the sun is up.
A good hearth keeps its heat for hours; a bad one wastes the coal and the patience of the smith.
She hammered the iron thin, folded it over, and hammered it again until the layers were one.
Every apprentice learns the same three things: watch the colour, keep the rhythm, mind the water.
Numbers matter as well: 1200 degrees for welding, 900 for bending, 650 for the last gentle taps.
대장간은 골짜기 끝에 있고 대장장이는 해가 뜨기 전에 불을 지핀다.
좋은 화덕은 몇 시간이고 열을 간직하지만 나쁜 화덕은 석탄과 참을성을 함께 태워 버린다.
쇠를 얇게 두드려 접고 다시 두드리면 여러 겹이 마침내 하나가 된다.
제자는 누구나 세 가지를 배운다. 빛깔을 보고, 박자를 지키고, 물을 살피는 일이다.
불꽃이 잦아들면 대장장이는 망치를 내려놓고 차를 끓인다.
谷の端に鍛冶場があり、職人は日の出の前に火をおこす。良い炉は何時間も熱を保つ。
def heat(iron, degrees): return iron if degrees < 650 else heat(iron, degrees - 1)
""".strip().split("\n")

TEXTS = [
    "", " ", "  two spaces", "trailing ", "a", "The hearth keeps its heat.", "The  hearth\tkeeps\nits\r\nheat.",
    "대장간은 골짜기 끝에 있다.", "화덕의 불꽃이 12시간 동안 꺼지지 않았다", "값비싼 쇠붙이, 궯뷁", "鍛冶場の炉は熱い", "漢字と kanji",
    "emoji 😀 and 👩‍👩‍👧‍👦 flags 🇰🇷", "naïve café e\u0301", "Ω ﬁne ｆｕｌｌ ① ½ ㎏", "1200 degrees, 3.14159, 007",
    "<s>begin</s>", "<unk> inside", " <s> spaced </s> out", "don't I'LL it's", "▁mark▁ ▁▁", "tab\there", "line\nbreak\n\n",
    "\u00a0no-break\u3000wide", "aaaaaaaaaaaaaaaaaaaaaaaa", "============", "한" * 20, "x" * 60, "الحداد", "кузница", "\u0000\u0001\u007f",
    "[TOOL] call [TOOL]", "<tool>x</tool>", "toolbox tool toolish tool", "a [STRIP]  b", "a  [STRIP] b", "[ｎｏｒｍ] [norm]",
    "\u200b\u200d\ufeff", "end of text\ufffd", "mixed한글andEnglish日本語",
]


def write(name, tokenizer, spec):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(spec, ensure_ascii=False, indent=1) + "\n")
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    with open(folder / "tokens.jsonl", "w") as out:
        for text in TEXTS:
            line = {"text": text, "ids": tokenizer.encode(text, add_special_tokens=False).ids}
            with_special = tokenizer.encode(text).ids
            if with_special != line["ids"]:
                line["ids_with_special"] = with_special
            line["decoded"] = tokenizer.decode(line["ids"], skip_special_tokens=False)
            line["decoded_without_special"] = tokenizer.decode(line["ids"], skip_special_tokens=True)
            out.write(json.dumps(line, ensure_ascii=False) + "\n")


def added(id, content, **flags):
    token = {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": False}
    return {**token, **flags}


def template():
    one = {"SpecialToken": {"id": "<s>", "type_id": 0}}
    text = [{"Sequence": {"id": "A", "type_id": 0}}]
    return {"type": "TemplateProcessing", "single": [one] + text, "pair": [one] + text,
            "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}


def with_more_tokens(spec, normalized=True):
    """Added tokens of every flag behind the vocabulary."""
    size = len(spec["model"]["vocab"])
    spec["added_tokens"] += [
        added(size, "[TOOL]", special=True), added(size + 1, "tool", single_word=True),
        added(size + 2, "[STRIP]", lstrip=True, rstrip=True)]
    if normalized:
        spec["added_tokens"].append(added(size + 3, "[norm]", normalized=True))
    return spec


def bpe():
    tokenizer = tokenizers.Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(MARK, "merged_with_next")  # for training only
    alphabet = SPECIAL + [f"<0x{byte:02X}>" for byte in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=alphabet, limit_alphabet=150, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    spec = json.loads(tokenizer.to_str())
    spec["pre_tokenizer"] = None
    spec["added_tokens"] = [token for token in spec["added_tokens"] if token["content"] in SPECIAL]
    spec["post_processor"] = template()
    spec["decoder"] = json.loads(decoders.Sequence([
        decoders.Replace(MARK, " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]).__getstate__())
    # Of a normalised token, tokenizers decodes what Prepend makes of it; Hearth, the token itself.
    write("bpe", tokenizer, with_more_tokens(spec, normalized=False))


def charsmap():
    """A few rules as NFKC has them, compiled by SentencePiece."""
    rules = {"ﬁ": "fi", "①": "1", "\u3000": " ", "\u00a0": " ", "e\u0301": "é", "\u200b": "", "㎏": "kg", "½": "1/2"}
    rules.update({chr(0xFF01 + i): chr(0x21 + i) for i in range(94)})
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as tsv:
        for source, target in rules.items():
            codes = lambda text: " ".join(f"{ord(c):X}" for c in text)
            tsv.write(f"{codes(source)}\t{codes(target)}\n")
        tsv.flush()
        model = io.BytesIO()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(CORPUS), model_writer=model, vocab_size=300, model_type="bpe",
            normalization_rule_tsv=tsv.name, hard_vocab_limit=False, minloglevel=2)
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def unigram():
    tokenizer = tokenizers.Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    trainer = trainers.UnigramTrainer(vocab_size=500, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    spec = json.loads(tokenizer.to_str())
    spec["normalizer"] = {"type": "Precompiled", "precompiled_charsmap": charsmap()}
    spec["model"]["vocab"] += [[f"<0x{byte:02X}>", -30.0] for byte in range(256)]
    spec["model"]["byte_fallback"] = True
    spec["post_processor"] = template()
    metaspace = {"type": "Metaspace", "replacement": MARK, "prepend_scheme": "first", "split": True}
    spec["decoder"] = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, metaspace]}
    write("unigram", tokenizer, with_more_tokens(spec))


def words():
    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=SPECIAL, show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(CORPUS, trainer)
    spec = json.loads(tokenizer.to_str())
    write("words", tokenizer, with_more_tokens(spec))


if __name__ == "__main__":
    bpe()
    unigram()
    words()
