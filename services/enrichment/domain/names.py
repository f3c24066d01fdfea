"""Finding the names of people: cues first (a title, a role, a relation, a verb), then lists of names.

The rules fail closed where a cue is strong (an unknown capitalised word after "Dr" is withheld) and need a list where it is
weak. They read the text once, from left to right, in time proportional to its length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from services.enrichment.domain import words as w

_TOKEN = re.compile(
    r"\[[A-Z_]+\]"  # a placeholder, ours or a copy of one
    r"|(?i:fy|f|st|ct|imt)\d(?!\w)"  # a grade of doctor
    r"|[^\W\d_]+(?:['-](?![sS](?![^\W\d_]))[^\W\d_]+)*"  # a word, without its possessive
    r"|\d+|\n|[^\w\s]|_"
)
_LETTERS = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ı": "i",
    "ß": "s",
    "æ": "a",
    "ð": "d",
    "þ": "t",
    "œ": "o",
    "ə": "e",
}
_CONTRACTIONS = ("'d", "'ll", "'ve", "'re", "'m", "n't")
_JOINING = ("and", "&", "/")  # between two people: "Dr Smith and Okoro"
_UNSETTLED = w.LABELS | w.PREPOSITIONS | frozenset(_JOINING)
_NOUNS = (
    w.ORDINARY
    | w.PLACE_NOUNS
    | w.THINGS
    | w.ROLES
    | w.RELATIONS
    | w.TITLES
    | w.PERSON_VERBS
    | w.PERSON_PARTICIPLES
)
_GLUED = ("Dr", "Mr", "Mrs", "Ms", "Nurse", "Sister")
_LONGEST = 6  # words in one name
_SAYS = ("said", "says", "told", "stated", "asked")  # what nothing but a person does


class Standing(IntEnum):
    """What a word alone tells us, from never a name to surely one."""

    PLAIN = 0
    KEPT = 1
    UNKNOWN = 2
    MAYBE = 3
    SURE = 4


class Cue(IntEnum):
    """How strongly the word before says that a person follows."""

    UNSETTLED = -1
    NONE = 0
    VERB = 1
    RELATION = 2
    ROLE = 3
    TITLE = 4


class Word(NamedTuple):
    """One token: as written, folded, where; what it is and says by itself.

    `shape` is one letter: Title, Upper, Initial, l(ower), Digits, Newline, Punctuation, H(eld: a placeholder).
    """

    text: str
    low: str
    start: int
    end: int
    shape: str
    standing: Standing
    cue: Cue

    def __repr__(self) -> str:
        return f"Word({self.start}-{self.end} {self.shape})"


@dataclass(frozen=True)
class Lexicon:
    """What the rules know of names, folded: `listed` are all, `certain` those that are hardly ever another word."""

    first_names: frozenset[str] = field(repr=False)
    surnames: frozenset[str] = field(repr=False)
    kept: frozenset[str] = field(repr=False)
    certain: frozenset[str] = field(repr=False)
    listed: frozenset[str] = field(repr=False)


def fold(text: str) -> str:
    """Lower case without accents, so that "Łukasz" and "lukasz" are one name."""
    low = text.lower().replace("’", "'")
    if low.isascii():
        return low
    bare = unicodedata.normalize("NFKD", "".join(_LETTERS.get(c, c) for c in low))
    return "".join(c for c in bare if not unicodedata.combining(c))


def lexicon(first_names: Iterable[str], surnames: Iterable[str], kept: Iterable[str] = ()) -> Lexicon:
    """A lexicon of these names ("Majd Udeen" counts as two), pruned of words that are not names on their own.

    `kept` adds words never to be withheld without a cue, such as the organisation's own name.
    """
    first, last = _single_words(first_names), _single_words(surnames)
    keep = (w.EPONYMS - w.COMMON_EPONYMS) | w.PLACES | w.CALENDAR | w.ABBREVIATIONS | _single_words(kept)
    doubtful = w.ORDINARY | w.FUNCTION | w.GIVEN_WORDS | w.SURNAME_WORDS | w.ROLES | w.RELATIONS | w.TITLES
    certain = frozenset(n for n in first | last if len(n) > 1) - doubtful - keep - w.PARTICLES - w.LABELS
    return Lexicon(first, last, keep, certain, first | last)


def _single_words(names: Iterable[str]) -> frozenset[str]:
    words = (word.strip("'-,") for name in names for word in fold(name).replace(".", " ").split())
    return frozenset(word for word in words if word)


@dataclass(frozen=True)
class Reading:
    """A text cut into words, with what is already known of it: `known` are names found in this document."""

    words: list[Word] = field(repr=False)
    lexicon: Lexicon = field(repr=False)
    known: frozenset[str] = field(repr=False)
    shouting: bool


def read(text: str, names: Lexicon, known: frozenset[str] = frozenset()) -> Reading:
    """Cut `text` (already levelled, see `personal_data`) into words."""
    kinds: dict[str, _Kind] = {}  # most words of a text come more than once
    words = [_word(m, kinds, names) for m in _TOKEN.finditer(text)]
    return Reading(words, names, known, _is_shouting(words))


_Kind = tuple[str, str, Standing, Cue]


def _word(match: re.Match[str], kinds: dict[str, _Kind], names: Lexicon) -> Word:
    text = match.group()
    kind = kinds.get(text)
    if kind is None:
        kind = kinds[text] = _kind(text, names)
    low, shape, standing, cue = kind
    return Word(text, low, match.start(), match.end(), shape, standing, cue)


def _kind(text: str, names: Lexicon) -> _Kind:
    low, shape = fold(text), _shape(text)
    return low, shape, _standing_of(low, shape, names), _cue_of(low, shape)


def _shape(text: str) -> str:
    first = text[0]
    if not first.isalpha():
        return _other_shape(text)
    if len(text) == 1:
        return "l" if first.islower() else "I"
    if text.isupper():
        return "U"
    return "l" if first.islower() and not _capital_inside(text) else "T"


def _other_shape(text: str) -> str:
    if text[0].isdigit():
        return "D"
    if text == "\n":
        return "N"
    return "H" if len(text) > 1 else "P"


def _capital_inside(text: str) -> bool:
    """Whether a word that starts small is a name all the same: d'Souza, al-Hassan."""
    for mark in "'-":
        head, found, tail = text.partition(mark)
        if found and tail[0].isupper() and (len(head) == 1 or head in w.PARTICLES):
            return True
    return False


def _is_shouting(words: list[Word]) -> bool:
    shapes = [word.shape for word in words]
    upper, other = shapes.count("U"), shapes.count("T") + shapes.count("l")
    return upper > 2 and upper > 1.5 * other


def find_names(reading: Reading) -> list[tuple[int, int]]:
    """Every name, as first word and one past its last, in order and apart."""
    found: list[tuple[int, int]] = []
    at, last = 0, len(reading.words)
    while at < last:
        joined = bool(found) and found[-1][1] == at and reading.words[at].low in _JOINING
        run = _introduced_by(reading, at, Cue.ROLE) if joined else _name_or_place(reading, at)
        if run is None:
            at += 1
            continue
        if run.is_name:
            found.append((run.first, run.last))
        at = run.last
    return found


def parts_of(reading: Reading, runs: Iterable[tuple[int, int]]) -> frozenset[str]:
    """The words of the names found, for looking them up elsewhere in the document."""
    parts = (word for first, last in runs for word in reading.words[first:last] if word.shape in "TUl")
    return frozenset(p.low for p in parts if len(p.low) > 1 and p.low not in w.PARTICLES and _tellable(p.low))


def _tellable(low: str) -> bool:
    return low not in w.FUNCTION and low not in w.CALENDAR and low not in w.ABBREVIATIONS


class _Run(NamedTuple):
    first: int
    last: int
    is_name: bool


def _name_or_place(r: Reading, at: int) -> _Run | None:
    word = r.words[at]
    if word.shape in "DNPH":
        return _introduced(r, at) if word.low in _JOINING else None
    return _introduced(r, at) or _glued(r, at) or _alone(r, at)


# --- after a cue -------------------------------------------------------------------------------------------------------


def _introduced(r: Reading, at: int) -> _Run | None:
    cue = _cue(r, at)
    return None if cue is Cue.NONE else _introduced_by(r, at, cue)


def _introduced_by(r: Reading, at: int, cue: Cue) -> _Run | None:
    first = _after_gap(r, at, cue)
    if first is None:
        return None
    labelled = r.words[first - 1].text == ":"
    strength = Cue.ROLE if labelled and cue < Cue.ROLE else cue
    if strength is Cue.VERB and _prepositional(r, at) and _place(r, first):
        return None
    if not _accepted(r, first, strength) or _is_thing(r, first, strength):
        return None
    last = _run_end(r, first)
    return None if _left_open(r, at, first, last, strength) else _Run(first, last, True)


def _left_open(r: Reading, at: int, first: int, last: int, cue: Cue) -> bool:
    """Whether a bracket or comma opens before a doubtful name and does not close after it: "nurse (Agency staff were"."""
    if r.words[first - 1].text not in ("(", ",") or cue is Cue.TITLE or r.words[at].low in w.SIGNATURES:
        return False
    return not _closes(r, last) and not _sure(r, first)


def _cue_of(low: str, shape: str) -> Cue:
    """What a word introduces by itself; UNSETTLED when its neighbours decide."""
    if low in w.TITLES:
        return Cue.TITLE if low in w.LOWER_TITLES or shape != "l" else Cue.RELATION
    if low in w.ROLES or low in w.SIGNATURES:
        return Cue.ROLE
    if low in w.RELATIONS:
        return Cue.RELATION
    if low in w.PERSON_VERBS:
        return Cue.VERB
    return Cue.UNSETTLED if low in _UNSETTLED else Cue.NONE


def _cue(r: Reading, at: int) -> Cue:
    cue = r.words[at].cue
    if cue is not Cue.UNSETTLED:
        return cue
    if _is_label(r, at) or _prepositional(r, at):
        return Cue.VERB
    # What joins two people, the first of whom is withheld already: "Dr [NAME] and Okoro".
    return Cue.ROLE if r.words[at].low in _JOINING and _shape_at(r, at - 1) == "H" else Cue.NONE


def _is_label(r: Reading, at: int) -> bool:
    after = _low(r, at + 1)
    if r.words[at].low not in w.LABELS:
        return False
    if after != ":" and (r.words[at].low != "name" or after not in ("is", "was")):
        return False
    return at == 0 or r.words[at - 1].low not in w.NOT_PERSON_LABELS


def _prepositional(r: Reading, at: int) -> bool:
    low, before = r.words[at].low, _low(r, at - 1)
    if low == "by" and before.endswith("ed"):
        return before not in w.NOT_BY_PERSON
    return low in w.PREPOSITIONS and any(
        r.words[i].low in w.PERSON_PARTICIPLES for i in range(max(0, at - 2), at)
    )


def _after_gap(r: Reading, at: int, cue: Cue) -> int | None:
    """Where the name may start: past a full stop, a colon, a bracket or a line's end that belongs to the cue."""
    signature = r.words[at].low in w.SIGNATURES
    first = at + 1
    for _ in range(3):
        if first >= len(r.words):
            return None
        word = r.words[first]
        if word.shape in "TUIl" and not (word.low in ("is", "was") and r.words[at].low == "name"):
            return first
        if not (word.shape == "l" or _opens(word, cue) or (signature and word.text in ",\n:")):
            return None
        first += 1
    return None


def _opens(word: Word, cue: Cue) -> bool:
    if word.text in ":(\"'/-":
        return True
    if word.text == ",":
        return cue is Cue.RELATION or cue is Cue.ROLE
    return cue is Cue.TITLE and word.text in ".\n"


def _closes(r: Reading, at: int) -> bool:
    return at < len(r.words) and r.words[at].text in "),"


def _accepted(r: Reading, at: int, cue: Cue) -> bool:
    word = r.words[at]
    standing = _standing(r, at)
    if word.low in w.FUNCTION or (
        _introduces(word) and not (cue is Cue.TITLE and standing is Standing.MAYBE)
    ):
        return False
    if word.shape == "I":
        return _initial_accepted(r, at, cue)
    if word.shape == "T":
        return _title_case_accepted(r, at, cue, standing)
    if word.shape == "U":
        return _upper_case_accepted(r, at, cue, standing)
    return _lower_case_accepted(r, at, cue, standing)


def _introduces(word: Word) -> bool:
    return word.low in w.ROLES or word.low in w.TITLES


def _initial_accepted(r: Reading, at: int, cue: Cue) -> bool:
    """A single capital: enough after a title ("Mrs B"), otherwise only before a surname ("nurse T. Blackwood")."""
    if (r.words[at].text in "I" and cue < Cue.TITLE) or _text(r, at + 1) == "&":
        return False
    return cue is Cue.TITLE or _surname_after_initial(r, at) is not None


def _title_case_accepted(r: Reading, at: int, cue: Cue, standing: Standing) -> bool:
    word = r.words[at]
    if cue is Cue.TITLE:
        return standing is not Standing.PLAIN and not (
            r.words[at - 1].shape == "N" and standing is Standing.UNKNOWN
        )
    if standing is Standing.UNKNOWN:
        return not word.low.endswith(w.ORDINARY_ENDINGS) and not _heading(r, at)
    if standing is Standing.MAYBE:
        return _maybe_accepted(r, at, cue)
    return standing is Standing.SURE or (standing is Standing.KEPT and _named_like_a_thing(r, at, cue))


def _named_like_a_thing(r: Reading, at: int, cue: Cue) -> bool:
    """Nurse Foley is a person; nurse, Foley catheter and patient Parkinson's are not."""
    low = r.words[at].low
    if cue is not Cue.ROLE or low in w.ABBREVIATIONS or low not in r.lexicon.listed:
        return False
    return not _text(r, at + 1).isdigit() and _text(r, at + 1) not in ("'", "-")


def _maybe_accepted(r: Reading, at: int, cue: Cue) -> bool:
    low = r.words[at].low
    if _is_name_part(r, at + 1):
        return True
    if low in w.ORDINARY:
        return False
    return cue is Cue.ROLE or (low in w.GIVEN_WORDS and low not in w.VERBISH)


def _upper_case_accepted(r: Reading, at: int, cue: Cue, standing: Standing) -> bool:
    low = r.words[at].low
    if standing is Standing.SURE:
        return True
    if cue is Cue.TITLE and not r.shouting:
        return standing >= Standing.UNKNOWN or (low in r.lexicon.surnames and standing is Standing.KEPT)
    if standing is Standing.MAYBE:
        return cue >= Cue.ROLE and low not in w.ORDINARY and low not in w.VERBISH
    if standing is not Standing.UNKNOWN or low.endswith(w.ORDINARY_ENDINGS):
        return cue is Cue.TITLE and standing is Standing.KEPT and low in r.lexicon.surnames - w.ABBREVIATIONS
    return cue is Cue.TITLE or (cue is Cue.ROLE and len(low) > 4)


def _lower_case_accepted(r: Reading, at: int, cue: Cue, standing: Standing) -> bool:
    low = r.words[at].low
    if low in w.PARTICLES:
        after = at + (2 if _low(r, at + 1) in w.PARTICLES else 1)
        return cue is Cue.TITLE and (_is_name_part(r, after) or _sure(r, after))
    if standing is Standing.SURE:
        return len(low) > 2
    if cue is not Cue.TITLE or low.endswith(w.ORDINARY_ENDINGS) or len(low) < 3:
        return False
    return standing is Standing.UNKNOWN or (standing is Standing.MAYBE and low not in w.ORDINARY | w.VERBISH)


# --- without a cue -----------------------------------------------------------------------------------------------------


def _glued(r: Reading, at: int) -> _Run | None:
    """A title stuck to a name ("DrSmith"): the whole word goes, the title with it."""
    text = r.words[at].text
    if len(text) < 4 or not text.startswith(_GLUED):
        return None
    for title in _GLUED:
        if text.startswith(title) and len(text) > len(title) + 1 and text[len(title)].isupper():
            return None if text.isupper() else _Run(at, _run_end(r, at), True)
    return None


def _alone(r: Reading, at: int) -> _Run | None:
    word = r.words[at]
    if word.shape == "l":
        return _Run(at, _run_end(r, at), True) if _lower_alone(r, at) else None
    if word.standing is Standing.PLAIN and word.low not in r.known and word.shape != "I":
        return None
    place = _place(r, at)
    if place:
        return _Run(at, place, False)
    if word.shape == "I":
        last = _surname_after_initial(r, at)
        return _Run(at, _run_end(r, last), True) if last else None
    if _capital_alone(r, at) and not _is_thing(r, at, Cue.NONE):
        return _Run(at, _run_end(r, at), True)
    return None


def _lower_alone(r: Reading, at: int) -> bool:
    low = r.words[at].low
    if low in r.known:
        return _standing(r, at) in (Standing.SURE, Standing.UNKNOWN) and len(low) > 3
    if low not in r.lexicon.certain or low not in r.lexicon.first_names or len(low) < 4:
        return False
    return not _is_thing(r, at, Cue.NONE)


def _capital_alone(r: Reading, at: int) -> bool:
    word, standing = r.words[at], _standing(r, at)
    if standing is Standing.SURE:
        return (
            word.shape == "T"
            or len(word.low) > 3
            or (r.shouting and len(word.low) > 2)
            or _beside_name(r, at)
        )
    if word.low in r.known and _known_accepted(r, at, standing):
        return True
    if _before_role(r, at):
        return (
            standing in (Standing.UNKNOWN, Standing.MAYBE)
            and word.low not in w.ORDINARY
            and not _ordinary_looking(r, at)
        )
    if standing is Standing.UNKNOWN:
        return word.shape == "T" and not word.low.endswith(w.ORDINARY_ENDINGS) and _unknown_alone(r, at)
    return standing is Standing.MAYBE and _maybe_alone(r, at)


def _unknown_alone(r: Reading, at: int) -> bool:
    """A capitalised word on no list, where its neighbours show a person: a surname, a verb, a belonging, an age."""
    after = _low(r, at + 1)
    if _is_sure_part(r, at + 1) or after in w.PERSON_DOES:
        return True
    if after == "'" and _low(r, at + 2) == "s":
        return _low(r, at + 3) in w.PERSON_HAS
    if _text(r, at - 1) == "(" and after == ")" and _inside_sentence(r, at):
        return True
    if after == "," and _sure(r, at + 2) and r.words[at + 2].low in r.lexicon.first_names:
        return r.words[at + 2].shape == "T"
    if after in (",", "(") and _shape_at(r, at + 2) == "D" and len(_text(r, at + 2)) == 2:
        return _text(r, at + 3) in (",", ")", "years", "yrs", "yr")
    return _inside_sentence(r, at) and _is_name_part(r, at + 1) and not _heading(r, at + 1)


def _known_accepted(r: Reading, at: int, standing: Standing) -> bool:
    """A name found elsewhere in the document: an ordinary word needs a capital that the sentence does not explain."""
    if standing is Standing.UNKNOWN:
        return True
    if standing is Standing.KEPT:
        return not _is_thing(r, at, Cue.NONE) and _text(r, at + 1) not in ("'", "-")
    return not r.shouting and r.words[at].low not in w.FUNCTION and _inside_sentence(r, at)


def _maybe_alone(r: Reading, at: int) -> bool:
    word = r.words[at]
    given = word.low in w.GIVEN_WORDS
    if (given or _first_name(r, at)) and _low(r, at + 1) in _SAYS:
        return True
    if given and _is_sure_part(r, at + 1):
        return True
    if (
        word.shape != "T"
        or not given
        or word.low in w.CALENDAR
        or word.low in w.ORDINARY
        or _shape_at(r, at + 1) == "D"
    ):
        return False
    return _inside_sentence(r, at) or (_is_name_part(r, at + 1) and not _heading(r, at))


def _first_name(r: Reading, at: int) -> bool:
    low = r.words[at].low
    return low in r.lexicon.first_names and low not in w.ORDINARY


def _inside_sentence(r: Reading, at: int) -> bool:
    """Whether a capital at this word is the writer's choice: the word before is in lower case, or a comma after one."""
    before = at - 2 if _text(r, at - 1) in (",", "(") else at - 1
    return before >= 0 and r.words[before].shape == "l"


def _heading(r: Reading, at: int) -> bool:
    """Whether the neighbours are capitalised too, as in Title Case: the word after and the one after that, ordinary ones."""
    return all(_shape_at(r, i) == "T" and _standing(r, i) is Standing.PLAIN for i in (at + 1, at + 2))


def _ordinary_looking(r: Reading, at: int) -> bool:
    word = r.words[at]
    return word.low.endswith(w.ORDINARY_ENDINGS) or (word.shape == "U" and len(word.low) < 5)


def _beside_name(r: Reading, at: int) -> bool:
    return _is_sure_part(r, at + 1)


def _before_role(r: Reading, at: int) -> bool:
    """Steve (HCA); Steve, HCA."""
    mark = _text(r, at + 1)
    if mark == "(" and at + 2 < len(r.words):
        return r.words[at + 2].low in w.ROLES or r.words[at + 2].low in (
            "staff",
            "ward",
            "student",
            "bank",
            "band",
        )
    return (
        mark == "," and at + 2 < len(r.words) and r.words[at + 2].low in w.ROLES and _inside_sentence(r, at)
    )


def _surname_after_initial(r: Reading, at: int) -> int | None:
    """The index of the surname in "T. Blackwood", "J P Murphy", "T.Blackwood"."""
    if _low(r, at - 1) in w.NOT_INITIAL_AFTER or r.words[at].text == "I":
        return None
    dotted, i = False, at + 1
    for _ in range(6):
        if _text(r, i) == ".":
            dotted = True
        elif _shape_at(r, i) != "I":
            break
        i += 1
    if i >= len(r.words) or r.words[i].shape not in "TU" or r.words[i].start - r.words[i - 1].end > 1:
        return None
    return i if _surname_like(r, i, dotted) else None


def _surname_like(r: Reading, at: int, dotted: bool) -> bool:
    word, standing = r.words[at], _standing(r, at)
    if _is_thing(r, at, Cue.NONE):
        return False
    if standing is Standing.SURE:
        return True
    if not dotted or word.shape != "T" or word.low in w.ORDINARY or word.low.endswith(w.ORDINARY_ENDINGS):
        return False
    return standing in (Standing.UNKNOWN, Standing.MAYBE)


# --- how far a name goes -----------------------------------------------------------------------------------------------


def _run_end(r: Reading, first: int) -> int:
    """One past the last word of the name that starts at `first`."""
    last = first + 1
    while last - first < _LONGEST:
        step = _next_part(r, first, last)
        if not step:
            break
        last += step
    return last


def _next_part(r: Reading, first: int, at: int) -> int:
    """How many more words belong to the name: none, one, or two when a mark or a particle comes between."""
    previous = r.words[at - 1]
    text = _text(r, at)
    if text == "." and previous.shape == "I" and r.words[at].start == previous.end:
        return 2 if _is_next(r, at + 1, 1) and _extends(r, first, at + 1) else 1
    if text == "," and previous.shape == "U" and not r.shouting and _sure(r, at + 1):
        return 2
    if not _is_next(r, at, 2):
        return 0
    if r.words[at].low in w.PARTICLES and r.words[at].shape in "Tl":
        after = 2 if _low(r, at + 1) in w.PARTICLES else 1
        return after + 1 if _is_next(r, at + after, 1) and _extends(r, first, at + after) else 0
    return 1 if _extends(r, first, at) else 0


def _is_next(r: Reading, at: int, most: int) -> bool:
    """Whether word `at` follows the one before by at most `most` characters, and is a word."""
    return (
        at < len(r.words) and r.words[at].shape in "TUIl" and r.words[at].start - r.words[at - 1].end <= most
    )


def _extends(r: Reading, first: int, at: int) -> bool:
    word, standing = r.words[at], _standing(r, at)
    if word.low in w.FUNCTION or word.low in w.TITLES or (word.low in w.ROLES and standing < Standing.MAYBE):
        return False
    if word.shape == "I":
        return word.text != "I" and _text(r, at + 1) not in ("&", "'", "-") and not _runs_on(r, at)
    if _is_thing(r, at, Cue.NONE) or (word.low in w.CALENDAR and _shape_at(r, at + 1) == "D"):
        return False
    if word.shape == "l":
        return r.words[first].shape == "l" and standing is Standing.SURE
    return _capital_extends(r, first, at, standing)


def _runs_on(r: Reading, at: int) -> bool:
    """B12 is a vitamin: a letter with a digit stuck to it is no initial."""
    return _shape_at(r, at + 1) == "D" and r.words[at + 1].start == r.words[at].end


def _capital_extends(r: Reading, first: int, at: int, standing: Standing) -> bool:
    word = r.words[at]
    if standing is Standing.SURE:
        return True
    if word.shape == "U":
        return _upper_extends(r, first, at, standing)
    if standing is Standing.KEPT:
        return word.low in r.lexicon.surnames and word.low not in w.ABBREVIATIONS and _inside_name(r, at)
    if standing is Standing.MAYBE:
        return word.low not in w.ORDINARY or (word.low in r.lexicon.surnames and _inside_name(r, at))
    return standing is Standing.UNKNOWN and not word.low.endswith(w.ORDINARY_ENDINGS)


def _inside_name(r: Reading, at: int) -> bool:
    """A doubtful surname belongs to the name when what follows is not capitalised, numbered, possessive or hyphenated."""
    return _shape_at(r, at + 1) not in ("D", "T", "U") and _text(r, at + 1) not in ("'", "-")


def _upper_extends(r: Reading, first: int, at: int, standing: Standing) -> bool:
    word = r.words[at]
    if standing is Standing.MAYBE:
        return word.low not in w.ORDINARY and word.low not in w.VERBISH and word.low in r.lexicon.surnames
    if standing is not Standing.UNKNOWN or word.low.endswith(w.ORDINARY_ENDINGS):
        return False
    return len(word.low) > 3 and (not r.shouting or r.words[first].low in r.lexicon.first_names)


# --- places and things -------------------------------------------------------------------------------------------------


def _place(r: Reading, at: int) -> int:
    """One past the end of a ward, hospital or business whose name starts here, or 0."""
    if (
        r.words[at].low in ("st", "saint", "royal", "queen")
        and r.words[at].shape != "l"
        and _shape_at(r, at + 1) == "T"
    ):
        return at + 2
    shape = r.words[at].shape
    i = at
    while i - at < 6 and i < len(r.words):
        word = r.words[i]
        if i > at and _ends_place(r, i):
            return i + 1
        if not (word.shape == shape or word.text == "'" or word.text == "s" or word.low in w.PLACE_MIDDLES):
            return 0
        if word.low in w.ROLES or word.low in w.TITLES or word.low in w.FUNCTION - w.PLACE_MIDDLES:
            return 0
        i += 1
    return 0


def _ends_place(r: Reading, at: int) -> bool:
    word = r.words[at]
    if word.shape == "l":
        return word.low in w.LOWER_PLACE_NOUNS
    return word.low in w.PLACE_NOUNS and _shape_at(r, at + 1) != "D"


def _is_thing(r: Reading, at: int, cue: Cue) -> bool:
    """Whether the word is an eponym beside its thing ("Hudson mask", "Wilson's disease", "Lloyd Davies position")."""
    if cue is Cue.TITLE:
        return False
    low, after = r.words[at].low, _low(r, at + 1)
    if (low, after) in w.EPONYM_PAIRS or (_low(r, at - 1), low) in w.EPONYM_PAIRS:
        return True
    if after == "'" and _low(r, at + 2) == "s" and low in w.EPONYMS:
        after = _low(r, at + 3)
    if after not in w.THINGS:
        return low in w.COMMON_EPONYMS and after in w.EPONYMS - w.COMMON_EPONYMS and cue is Cue.NONE
    return low in w.EPONYMS


# --- what a word is ----------------------------------------------------------------------------------------------------


def _standing_of(low: str, shape: str, names: Lexicon) -> Standing:
    if low in names.certain:
        return Standing.SURE
    if low in w.FUNCTION or ("'" in low and low.endswith(_CONTRACTIONS)):
        return Standing.PLAIN
    if low in w.GIVEN_WORDS:
        return Standing.MAYBE
    if low in names.kept:
        # LAN is a network, Lan a person; Hb is neither.
        person = shape == "T" and low in w.ABBREVIATIONS and low in names.listed
        return Standing.MAYBE if person else Standing.KEPT
    if low in w.SURNAME_WORDS:
        return Standing.MAYBE
    if low in _NOUNS:
        return Standing.PLAIN
    return _hyphenated(names, low) if "-" in low else Standing.UNKNOWN


def _standing(r: Reading, at: int) -> Standing:
    return r.words[at].standing if 0 <= at < len(r.words) else Standing.PLAIN


def _hyphenated(names: Lexicon, low: str) -> Standing:
    """A double-barrelled name is a name when one half is; a compound of ordinary or kept words is not."""
    halves = low.split("-")
    if any(half in w.ORDINARY or half in w.FUNCTION for half in halves) or all(
        half in names.kept for half in halves
    ):
        return Standing.PLAIN
    return Standing.SURE if any(half in names.certain for half in halves) else Standing.UNKNOWN


def _sure(r: Reading, at: int) -> bool:
    return at < len(r.words) and _standing(r, at) is Standing.SURE


def _is_sure_part(r: Reading, at: int) -> bool:
    return _is_next(r, at, 1) and r.words[at].shape in "TU" and _standing(r, at) is Standing.SURE


def _is_name_part(r: Reading, at: int) -> bool:
    """A capitalised word that could be a surname: on a list, or unknown and not ordinary in its ending."""
    if not _is_next(r, at, 1) or r.words[at].shape != "T":
        return False
    standing, low = _standing(r, at), r.words[at].low
    if standing is Standing.UNKNOWN:
        return not low.endswith(w.ORDINARY_ENDINGS)
    return standing is Standing.SURE or (standing is Standing.MAYBE and low not in w.ORDINARY)


def _text(r: Reading, at: int) -> str:
    return r.words[at].text if 0 <= at < len(r.words) else ""


def _low(r: Reading, at: int) -> str:
    return r.words[at].low if 0 <= at < len(r.words) else ""


def _shape_at(r: Reading, at: int) -> str:
    return r.words[at].shape if 0 <= at < len(r.words) else ""
