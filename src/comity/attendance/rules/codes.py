"""Codes of certificates: fifteen characters of chance and one that checks them, in Crockford's letters, easily read aloud.

The check is that of Luhn in base 32: it finds every single wrong character. Names are folded before they are compared,
so that accents, case, hyphens and the order of first and last name do not matter.
"""

import re
import unicodedata

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHANCE = 15
BASE = len(LETTERS)
# Letters that people take for others.
MISREAD = str.maketrans("ILO", "110")
WAYS = BASE**CHANCE


def code_of(chance: int) -> str:
    """The code for a number drawn from all the ways there are."""
    drawn = []
    for _place in range(CHANCE):
        chance, digit = divmod(chance, BASE)
        drawn.append(LETTERS[digit])
    body = "".join(drawn)
    return body + LETTERS[-_sum(body, doubled=1) % BASE]


def canonical(text: str) -> str:
    """A code as somebody typed it, in the form in which it is kept; nothing where it cannot be one."""
    code = re.sub(r"[\s-]+", "", text[:60]).upper().translate(MISREAD)
    if len(code) != CHANCE + 1 or any(letter not in LETTERS for letter in code):
        return ""
    return code if _sum(code, doubled=0) % BASE == 0 else ""


def grouped(code: str) -> str:
    """A code in groups of four, to be read and typed."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def folded(name: str) -> str:
    """A name as far as it is compared: letters and digits without accents or case, its parts in order of the alphabet."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(sorted(re.findall(r"\w+", plain)))


def _sum(text: str, *, doubled: int) -> int:
    """The sum of Luhn; `doubled` is 1 when the last character counts twice."""
    total = 0
    for place, letter in enumerate(reversed(text)):
        value = LETTERS.index(letter)
        if (place + 1) % 2 == doubled:
            value = sum(divmod(2 * value, BASE))
        total += value
    return total
