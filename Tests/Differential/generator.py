"""Random strings, weighted towards what tokenizers treat in different ways.

A string joins atoms of one to four flavours: words of all scripts, code points of every category, marks, digits of all
kinds, every kind of white space, controls, emoji sequences, contractions in mixed case, runs, vocabulary entries, and
what spells special tokens, or nearly.
"""

import functools
import random
import sys
import unicodedata

WHITE_SPACE = [chr(c) for c in (*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F,
                                0x205F, 0x3000)]
#: Looks like white space, or is that for some.
NEARLY_WHITE = ["\u180e", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\x1c", "\x1d", "\x1e", "\x1f", "\u2581",
                "\u0120", "\u010a"]
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'", "''", "\u2019s", "\u2019t", "'\u017f", "'\u212a",
                "'L", "'lL", "'r", "'v", "'rE", "'sT", "s'", "'\u0130"]
SYMBOLS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


@functools.cache
def code_points(newest):
    """Assigned code points (of the Unicode version that Python knows, or all) by general category."""
    table = {}
    for number in range(sys.maxunicode + 1):
        if 0xD800 <= number < 0xE000:
            continue
        category = unicodedata.category(chr(number))
        if category != "Cn" or newest:
            table.setdefault(category, []).append(chr(number))
    return table


class Generator:
    """`newest`: code points that this Python's Unicode version does not know may occur too."""

    def __init__(self, seed, vocabulary, special_tokens, newest=True):
        self.random = random.Random(seed)
        self.table = code_points(newest)
        letters = [c for category in ("Lu", "Ll", "Lt", "Lm", "Lo") for c in self.table[category]]
        special_tokens = special_tokens or ["<s>"]
        self.flavours = [
            self.pool(self.ascii_word), self.pool(self.ascii_word), self.pool(self.ascii_symbols),
            self.pool(lambda: self.word_of(letters)), self.pool(lambda: self.word_of(letters)),
            self.pool(self.any_category), self.pool(self.any_category),
            self.pool(lambda: self.marked(letters)), self.pool(self.digits), self.pool(self.white_space),
            self.pool(self.controls), self.pool(self.emoji), self.pool(self.contraction), self.pool(self.run),
            self.pool(lambda: self.random.choice(vocabulary)), self.pool(lambda: self.random.choice(vocabulary)),
            self.pool(lambda: self.special(special_tokens)),
        ]

    def strings(self, count):
        choice, choices, randint = self.random.choice, self.random.choices, self.random.randint
        result = []
        for _ in range(count):
            atoms = []
            for flavour in choices(self.flavours, k=randint(1, 4)):
                atoms += choices(flavour, k=randint(1, 6))
            if randint(0, 2) == 0:
                self.random.shuffle(atoms)
            result.append(choice(("", "", " ", "\n")).join(atoms))
        return result

    def pool(self, make, size=3_000):
        return [make() for _ in range(size)]

    def ascii_word(self):
        word = "".join(self.random.choices("etaoinshrdlucmfwypvbgkjqxz", k=self.random.randint(1, 9)))
        form = self.random.choice((str, str, str, str.capitalize, str.upper, self.mixed_case))(word)
        return self.random.choice(("", " ", " ")) + form

    def mixed_case(self, word):
        return "".join(self.random.choice((c.upper(), c.lower())) for c in word)

    def ascii_symbols(self):
        text = "".join(self.random.choices(SYMBOLS, k=self.random.randint(1, 5)))
        return self.random.choice(("", " ")) + text + self.random.choice(("", "", "\n", "\r\n", "/", " "))

    def word_of(self, letters):
        """Neighbours in the code table, hence of one script."""
        start = self.random.randrange(len(letters))
        near = letters[start:start + 60]
        return self.random.choice(("", " ")) + "".join(self.random.choices(near, k=self.random.randint(1, 7)))

    def any_category(self):
        """Categories alike likely, however many code points they have."""
        categories = self.random.choices(list(self.table), k=self.random.randint(1, 4))
        return "".join(self.random.choice(self.table[category]) for category in categories)

    def marked(self, letters):
        """Letters with marks; precomposed, decomposed, and marks out of order."""
        base = self.random.choice(letters)
        marks = self.random.choices(self.table["Mn"] + self.table["Mc"] + self.table["Me"], k=self.random.randint(0, 3))
        form = self.random.choice((None, "NFC", "NFD", "NFKD"))
        text = base + "".join(marks)
        return unicodedata.normalize(form, text) if form else text

    def digits(self):
        kinds = self.random.choice((["0123456789"], ["0123456789"], [self.table["Nd"]], [self.table["Nl"]],
                                    [self.table["No"]], ["0123456789", self.table["Nd"], self.table["No"]]))
        digits = [self.random.choice(self.random.choice(kinds)) for _ in range(self.random.randint(1, 11))]
        return self.random.choice(("", "", " ", "-", ".")) + "".join(digits)

    def white_space(self):
        kinds = self.random.choice(([" "], [" "], ["\n", " "], ["\r\n", "\n", "\t"], WHITE_SPACE, NEARLY_WHITE))
        return "".join(self.random.choices(kinds, k=self.random.choice((1, 1, 2, 3, 5, 17))))

    def controls(self):
        pool = self.random.choice((
            [chr(c) for c in range(32)], [chr(c) for c in range(127, 160)], self.table["Cf"], self.table["Co"][:200],
            ["\ufffd", "\uffff", "\ufffe", "\ufdd0", "\U0010ffff", "\U0001fffe", "\x00"]))
        return "".join(self.random.choices(pool, k=self.random.randint(1, 3)))

    def emoji(self):
        faces = [chr(self.random.randint(0x1F300, 0x1FAFF)) for _ in range(self.random.randint(1, 3))]
        tail = self.random.choice(("", "\ufe0f", "\U0001f3fd", "\u20e3", "\u200d"))
        flag = "".join(chr(self.random.randint(0x1F1E6, 0x1F1FF)) for _ in range(2))
        return self.random.choice(("\u200d".join(faces) + tail, "".join(faces), flag, "#\ufe0f\u20e3"))

    def contraction(self):
        tail = self.random.choice(CONTRACTIONS)
        return self.random.choice(("", self.ascii_word())) + self.random.choice((tail, tail.upper(), tail.title()))

    def run(self):
        unit = self.random.choice((self.random.choice("aA1 .=-\n'\u6f22\u0430\U0001f600"), self.any_category()[0], "ab"))
        return unit * self.random.choice((2, 3, 4, 7, 8, 9, 16, 33, 65))

    def special(self, names):
        name = self.random.choice(names)
        cut = self.random.randint(0, len(name))
        spelled = self.random.choice((name, name, name, name[:cut], name[cut:], name.upper(), name + name))
        blanks = ("", "", " ", "  ", "\n", "\t \n", "\u3000")
        return self.random.choice(blanks) + spelled + self.random.choice(blanks)


def shortest(text, fails):
    """A text as short as leaving out stretches makes it, for which `fails` still holds."""
    size = max(1, len(text) // 2)
    while True:
        start = 0
        while start < len(text):
            candidate = text[:start] + text[start + size:]
            if candidate != text and fails(candidate):
                text = candidate
            else:
                start += size
        if size == 1:
            return text
        size //= 2
