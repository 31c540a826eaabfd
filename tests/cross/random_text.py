"""Random texts that try a tokenizer: many scripts, emoji, white space, markup, long runs."""

import random
import unicodedata

WORDS = (
    "the of and to in is it that he was for on are as with his they I at be this have from "
    "don't I'll we've It's THEY'RE can't O'Neil naïve café über Straße coöperate e-mail "
    "안녕하세요 세계 한국어 토크나이저 문장을 나누는 방법 값비싼 "
    "日本語 トークナイザー ひらがな カタカナ 漢字 中文 分词 模型 測試 "
    "Привет мир Ελληνικά κόσμε שלום עולם مرحبا بالعالم हिन्दी नमस्ते ไทย สวัสดี ქართული አማርኛ "
    "def return std::vector<int> x=y+1; #include https://example.org/a?b=c&d=e user@example.com "
    "{\"key\": [1,2.5e-3,null]} <div class='x'> ``` --- === !== && || ... !!! ??? \\n \\t"
).split(" ")
SPACES = [" ", "  ", "   ", "\t", "\n", "\n\n", "\r\n", " \n ", "\u00a0", "\u3000", "\u2003", "\u2028", "\u0085"]
EMOJI = ["😀", "👩‍👩‍👧‍👦", "🇰🇷", "👍🏽", "☃️", "❤️‍🔥", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
ODD = ["\u200b", "\u200d", "\ufeff", "\u00ad", "\u0301", "e\u0301", "\u1100\u1161\u11a8", "ﬁ", "Å", "①", "½", "㎏",
       "ｆｕｌｌ", "\u2581", "▁▁", "\ufffd", "\u0000", "\u0007", "\u007f", "\U0010ffff", "ǅ", "ß", "İ", "ı", "ſ", "K"]
BLOCKS = [(0x20, 0x7F), (0xA0, 0x250), (0x300, 0x370), (0x370, 0x530), (0x590, 0x700), (0x900, 0xE80),
          (0x1100, 0x1200), (0x1E00, 0x2000), (0x2000, 0x2070), (0x2070, 0x2C00), (0x3000, 0x3130),
          (0x3400, 0x3500), (0x4E00, 0x5000), (0x9F00, 0xA000), (0xAC00, 0xAD00), (0xFB00, 0xFE00),
          (0xFE30, 0xFFF0), (0x10300, 0x10350), (0x1D400, 0x1D500), (0x1F300, 0x1F700), (0x20000, 0x20100)]


def character(rng):
    """One of Unicode 3.2: what came later, an older table of Unicode may not know."""
    while True:
        low, high = rng.choice(BLOCKS)
        c = chr(rng.randrange(low, high))
        if unicodedata.ucd_3_2_0.category(c) not in ("Cn", "Cs"):
            return c


def piece(rng, extra):
    kind = rng.randrange(12)
    if kind < 4:
        return rng.choice(WORDS)
    if kind < 6:
        return rng.choice(SPACES)
    if kind == 6:
        return str(rng.randrange(10 ** rng.randrange(1, 12)))
    if kind == 7:
        return rng.choice(EMOJI + ODD)
    if kind == 8:
        return "".join(character(rng) for _ in range(rng.randrange(1, 8)))
    if kind == 9:
        return rng.choice("ab.- \n=▁1가中") * rng.randrange(1, 40)
    if kind == 10:
        return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABC'") for _ in range(rng.randrange(1, 30)))
    return rng.choice(extra) if extra else rng.choice(WORDS)


def text(rng, extra=()):
    """extra: texts to mix in, such as added tokens."""
    glue = rng.choice(["", " ", " "])
    return glue.join(piece(rng, extra) for _ in range(rng.randrange(1, 24)))


def texts(seed, count, extra=()):
    rng = random.Random(seed)
    return [text(rng, list(extra)) for _ in range(count)]
