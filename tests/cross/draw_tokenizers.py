"""Small tokenizers drawn at random, as tokenizer.json objects."""

import base64
import functools
import io
import json

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import random_text

MARK = "\u2581"


def pattern(rng):
    return rng.choice([
        {"Regex": r"\p{N}{1,3}"},
        {"Regex": r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"},
        {"Regex": r"\s+"},
        {"String": " "},
        {"String": "-"},
    ])


def split(rng):
    return {"type": "Split", "pattern": pattern(rng), "invert": rng.random() < 0.2,
            "behavior": rng.choice(["Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous"])}


def metaspace(rng, may_be_first):
    # Hugging Face's "first" is every piece that stems from the text's first character, and that may
    # be several when a normaliser makes "1/2" of one and a pre-tokenizer cuts it; Hearth's is one.
    scheme = rng.choice(["always", "first", "never"] if may_be_first else ["always", "never"])
    return {"type": "Metaspace", "replacement": MARK, "prepend_scheme": scheme, "split": rng.random() < 0.7}


@functools.cache
def charsmap(rules):
    """SentencePiece's precompiled rules of that name, in base64."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["a b c"] * 10), model_writer=model, vocab_size=8, model_type="bpe",
        normalization_rule_name=rules, hard_vocab_limit=False, minloglevel=2)
    proto = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    return base64.b64encode(proto.normalizer_spec.precompiled_charsmap).decode()


def normalizer_step(rng):
    rules = rng.choice(["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf"])
    if rng.random() < 0.2:
        return {"type": "Precompiled", "precompiled_charsmap": charsmap(rules)}
    return rng.choice([
        {"type": "NFC"}, {"type": "NFD"}, {"type": "NFKC"}, {"type": "NFKD"}, {"type": "Lowercase"},
        {"type": "Strip", "strip_left": rng.random() < 0.5, "strip_right": rng.random() < 0.5},
        {"type": "StripAccents"}, {"type": "Nmt"},
        {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": rng.choice([" ", MARK])},
        {"type": "Replace", "pattern": {"String": "``"}, "content": "\""},
    ])


def sequence(kind, name, parts):
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"type": "Sequence", name: parts}


def draw_pipeline(rng):
    """normalizer, pre_tokenizer, decoder, whether it works on bytes."""
    normalizers = [normalizer_step(rng) for _ in range(rng.choice([0, 0, 1, 2]))]
    kind = rng.choice(["bytes", "bytes", "legacy", "metaspace", "plain"])
    before = [rng.choice([split(rng), {"type": "Digits", "individual_digits": rng.random() < 0.5},
                          {"type": "Punctuation", "behavior": rng.choice(["Isolated", "Removed", "Contiguous"])}])
              for _ in range(rng.choice([0, 0, 1, 2]))]
    if kind == "bytes":
        pre = before + [{"type": "ByteLevel", "add_prefix_space": not before and rng.random() < 0.3,
                         "trim_offsets": True, "use_regex": rng.random() < 0.6}]
        decoder = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    elif kind == "legacy":
        if rng.random() < 0.7:
            normalizers.append({"type": "Prepend", "prepend": MARK})
        normalizers.append({"type": "Replace", "pattern": {"String": " "}, "content": MARK})
        pre = []
        strip = [{"type": "Strip", "content": " ", "start": 1, "stop": 0}] if rng.random() < 0.7 else []
        decoder = {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": MARK}, "content": " "},
            {"type": "ByteFallback"}, {"type": "Fuse"}] + strip}
    else:
        space = metaspace(rng, not before)
        words = [rng.choice([{"type": "Whitespace"}, {"type": "WhitespaceSplit"}])] if rng.random() < 0.3 else []
        pre = words + before + ([space] if kind == "metaspace" else [])
        decoder = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {k: v for k, v in space.items()}]}
    return (sequence("normalizer", "normalizers", normalizers),
            sequence("pre_tokenizer", "pretokenizers", pre), decoder, kind == "bytes")


def train(rng, normalizer, pre, over_bytes):
    """A vocabulary of the pipeline's own pieces."""
    corpus = random_text.texts(rng.random(), 300)
    unigram = not over_bytes and rng.random() < 0.5
    empty = models.Unigram() if unigram else models.BPE()
    tokenizer = Tokenizer(empty)
    spec = json.loads(tokenizer.to_str())
    spec["normalizer"], spec["pre_tokenizer"] = normalizer, pre
    tokenizer = Tokenizer.from_str(json.dumps(spec))
    special = ["<unk>", "<s>", "</s>"]
    if unigram:
        trainer = trainers.UnigramTrainer(vocab_size=3000, special_tokens=special, unk_token="<unk>",
                                          show_progress=False)
    else:
        alphabet = pre_tokenizers.ByteLevel.alphabet() if over_bytes else []
        trainer = trainers.BpeTrainer(vocab_size=700, special_tokens=special, initial_alphabet=alphabet,
                                      limit_alphabet=400, show_progress=False)
    tokenizer.train_from_iterator(corpus, trainer)
    return json.loads(tokenizer.to_str())


def add_byte_tokens(model):
    names = [f"<0x{b:02X}>" for b in range(256)]
    if model["type"] == "Unigram":
        model["vocab"] += [[n, -20.0] for n in names]
    else:
        for name in names:
            model["vocab"][name] = len(model["vocab"])


def added_token(rng, id, content):
    # Hearth never lets ordinary text become an added token, unless it is one of single words: that
    # differs from Hugging Face only where such a token is in the vocabulary, too.
    return {"id": id, "content": content, "single_word": rng.random() < 0.2, "lstrip": rng.random() < 0.2,
            "rstrip": rng.random() < 0.2, "normalized": rng.random() < 0.3, "special": rng.random() < 0.5}


def draw(rng):
    normalizer, pre, decoder, over_bytes = draw_pipeline(rng)
    spec = train(rng, normalizer, pre, over_bytes)
    model = spec["model"]
    spec["decoder"] = decoder
    if not over_bytes and rng.random() < 0.7:
        add_byte_tokens(model)
        model["byte_fallback"] = True
    if model["type"] == "BPE":
        model["ignore_merges"] = rng.random() < 0.3
        if not over_bytes:
            model["unk_token"] = rng.choice([None, "<unk>"])
            model["fuse_unk"] = rng.random() < 0.5
    ids = {t: i for i, (t, _) in enumerate(model["vocab"])} if model["type"] == "Unigram" else model["vocab"]
    contents = rng.sample(["<tool>", "[INST]", "hello", "세계", "Straße", "<|x|>", "---"], rng.randrange(4))
    new = [c for c in contents if c not in ids]
    spec["added_tokens"] += [added_token(rng, len(ids) + i, c) for i, c in enumerate(new)]
    if rng.random() < 0.5:
        one = {"SpecialToken": {"id": "<s>", "type_id": 0}}
        spec["post_processor"] = {
            "type": "TemplateProcessing",
            "single": [one, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [one, {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
    return spec


def describe(spec):
    def name(part, listed):
        if part is None:
            return "-"
        return "+".join(p["type"] for p in part[listed]) if listed in part else part["type"]
    return " / ".join([name(spec["normalizer"], "normalizers"), name(spec["pre_tokenizer"], "pretokenizers"),
                       spec["model"]["type"], name(spec["decoder"], "decoders")])
