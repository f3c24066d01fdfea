"""Organisations as the official files have them: single lines, and a country of any size. All invented."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Iterator

COLUMNS = 27
OPENED = "20010401"
_PLACES = [
    "Northmoor",
    "Southmere",
    "Larkfield",
    "Harbourside",
    "Dalesway",
    "Eastwick",
    "Westbourne",
    "Ashdown",
    "Brackenridge",
    "Coldbrook",
    "Deepdale",
    "Elmstead",
    "Fernhill",
    "Greystoke",
    "Hollowell",
    "Ivybridge",
    "Kingsmead",
    "Longmarsh",
    "Marlow",
    "Netherby",
    "Oakhanger",
    "Penwick",
    "Quarrington",
    "Ravensdale",
    "Stonecross",
    "Thornbury",
    "Underwood",
    "Valebridge",
    "Whitcombe",
    "Yarrowdale",
    "Zealwick",
    "Alderton",
    "Birchover",
    "Claymere",
    "Dunstow",
    "Everleigh",
]
_SAINTS = ["Winifred", "Aidan", "Cuthbert", "Hilda", "Oswald", "Bede", "Edith", "Chad", "Agnes", "Botolph"]
_SORTS = {
    "practice": ("Surgery", "Medical Centre", "Health Centre", "Medical Practice", "Family Practice"),
    "pharmacy": ("Pharmacy", "Chemist", "Late Night Pharmacy", "Dispensary"),
    "site": ("Hospital", "Royal Infirmary", "Community Hospital", "House", "Health Centre", "Clinic"),
}


def a_line(code: str, name: str, **said: str) -> list[str]:
    """A line of an official file. `said`: region, area, postcode, opened, closed, status, sub_type, parent, joined, left, setting."""
    row = [""] * COLUMNS
    places = {
        "region": 2, "area": 3, "postcode": 9, "opened": 10, "closed": 11, "status": 12, "sub_type": 13, "parent": 14,
        "joined": 15, "left": 16, "setting": 25,
    }  # fmt: skip
    row[0], row[1] = code, name
    for what, value in {"postcode": "ZZ99 1AA", "opened": OPENED, "status": "A", **said}.items():
        row[places[what]] = value
    return row


def a_file(*lines: list[str]) -> str:
    """Lines as the files write them: every value in quotation marks, CR LF at the end."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(lines)
    return written.getvalue()


def a_country(
    trusts: int = 200,
    sites: int = 25_000,
    practices: int = 6_300,
    pharmacies: int = 10_500,
    others: int = 8_000,
    icbs: int = 42,
    regions: int = 7,
    seed: int = 1,
) -> dict[str, str]:
    """The files of a whole country, by their names; one in eight sites, practices and pharmacies has closed."""
    chance = random.Random(seed)
    country = _Country(chance, [f"Y{60 + n}" for n in range(regions)], _codes("Q", icbs), _codes("R", trusts))
    subs = [f"{n:02}{letter}" for n, letter in zip(range(icbs), "ABCDEFGHJKLMNPQRSTUVWX" * 10, strict=False)]
    return {
        "eauth": a_file(*country.regions_and_icbs()),
        "eccg": a_file(*(a_line(code, f"{country.place()} Sub-ICB Location", area=icb) for code, icb in zip(subs, country.icbs, strict=False))),
        "etr": a_file(*country.providers()),
        "ets": a_file(*country.numbered("site", sites, lambda n: f"{chance.choice(country.trusts)}{n:05}")),
        "epraccur": a_file(*country.numbered("practice", practices, lambda n: f"A{n:05}", subs)),
        "edispensary": a_file(*country.numbered("pharmacy", pharmacies, lambda n: f"F{n:04X}", [])),
        "egdpprac": a_file(*country.numbered("practice", others, lambda n: f"V{n:05}", subs)),
    }  # fmt: skip


class _Country:
    def __init__(self, chance: random.Random, regions: list[str], icbs: list[str], trusts: list[str]) -> None:
        self.chance, self.regions, self.icbs, self.trusts = chance, regions, icbs, trusts

    def place(self) -> str:
        return self.chance.choice(_PLACES)

    def regions_and_icbs(self) -> Iterator[list[str]]:
        for code in self.regions:
            yield a_line(code, f"{self.place()} Region", region=code)
        for code in self.icbs:
            yield a_line(
                code,
                f"{self.place()} Integrated Care Board",
                region=self.chance.choice(self.regions),
                area=code,
            )

    def providers(self) -> Iterator[list[str]]:
        for code in self.trusts:
            yield a_line(
                code,
                f"{self.place()} and {self.place()} Hospitals NHS Foundation Trust",
                area=self.chance.choice(self.icbs),
            )

    def numbered(
        self, sort: str, count: int, code: object, commissioners: Iterable[str] | None = None
    ) -> Iterator[list[str]]:
        several = list(commissioners or ())
        for n in range(count):
            made = code(n)  # type: ignore[operator]
            said = {
                "postcode": f"ZZ{self.chance.randint(1, 99)} {self.chance.randint(1, 9)}{self.chance.choice('ABDEFGHJ')}{self.chance.choice('ABDEFGHJ')}"
            }
            if sort == "site":
                said["parent"] = made[:3]
            elif several:
                said["parent"] = self.chance.choice(several)
            else:
                said["area"] = self.chance.choice(self.icbs)
            if self.chance.random() < 0.125:
                said |= {"closed": f"20{self.chance.randint(15, 24)}0331", "status": "C"}
            yield a_line(made, self._name(sort), **said)

    def _name(self, sort: str) -> str:
        word = self.chance.choice(_SORTS[sort])
        first = f"St {self.chance.choice(_SAINTS)}'s" if self.chance.random() < 0.2 else self.place()
        return f"{first} {word}, {self.place()}" if self.chance.random() < 0.5 else f"{first} {word}"


def _codes(letter: str, count: int) -> list[str]:
    """Three symbols, the second a letter: as the ICBs' and the trusts' are."""
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return [f"{letter}{letters[n // 24 % 24]}{letters[n % 24]}" for n in range(count)]
