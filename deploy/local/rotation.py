"""`make rotate what=…`: keys and certificates of the running system changed under way, old and new side by side.

Where a rotation stands is read from the key files alone: the newest key of a set is the one that comes. So it may be
interrupted anywhere and run again, and every state between two steps is one that works. Nobody goes on to the next step
before every process says (`/keys`) that it uses the files of the step before.
"""

from __future__ import annotations

import fcntl
import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pika
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_pem_x509_certificate

from chassis import outbox, topology
from chassis.certificates import TLS
from chassis.rereading import LOOK_EVERY, digest
from deploy.local import keys, status
from deploy.local.keys import NEXT, TRUSTED, Jwk
from deploy.local.layout import write_private
from deploy.local.system import System

Say = Callable[[str], None]
Count = Callable[[list[str]], int]  # ids of old keys → how many things are under them
Steps = Iterator[float]  # each number is a Unix time before which the next step must not be done
AGES = {  # seconds that something made with an old key may still be about
    "actors": 310.0,  # an LRMS client's actor while identity is away, and a clock that is behind
    "forms": 12 * 3600.0,  # a form that somebody left open
    "settling": 30.0,  # a change that began with the old key and is not committed yet: nobody can count it
}
PATIENCE = 120.0  # seconds for processes to take up files
DRAINING = 1800.0  # seconds for what is under an old key to go
SITTING = 900.0  # seconds we sit and wait for an age; beyond, we say when to come again


class Held(Exception):
    """Said when a step cannot be done now; what is done so far works, and the same command goes on from there."""


@dataclass(frozen=True)
class Rotation:
    """What a rotation of one system needs."""

    system: System
    say: Say
    ages: Mapping[str, float] = field(default_factory=lambda: AGES)
    patience: float = PATIENCE
    draining: float = DRAINING
    pause: float = 2 * LOOK_EVERY  # seconds after which the gateway has looked at its files

    @property
    def folder(self) -> Path:
        return self.system.layout.folder("keys")

    def path(self, name: str) -> Path:
        return keys.path_of(self.folder, name)


def rotate(rotation: Rotation, what: str) -> list[str]:
    """Do every step of one kind, or of all; what must wait for longer than we sit. Raises Held, or KeyError for no kind."""
    kinds = list(ALL) if what == "all" else [what]
    going = [(0.0, kind, KINDS[kind](rotation)) for kind in kinds]
    later: list[str] = []
    with _alone(rotation.system):
        while going:
            until, kind, steps = going.pop(min(range(len(going)), key=lambda at: going[at][0]))
            if until - time.time() > SITTING:
                at = time.strftime("%H:%M", time.localtime(until))
                later.append(f"{kind}: the old key may go after {at}; run this again then")
                continue
            time.sleep(max(0.0, until - time.time()))
            if (then := next(steps, None)) is not None:
                going.append((then, kind, steps))
    return later


# ---- certificates


def certificates(rotation: Rotation) -> Steps:
    """A new certificate for every caller, from the authority there is."""
    _issue(rotation, keys.CALLERS)
    yield from ()


def authority(rotation: Rotation) -> Steps:
    """A new authority: trusted first, then everybody's certificate from it, then it alone trusted."""
    folder = rotation.folder
    coming = _coming_authority(folder)
    if coming not in keys.trusted(folder):
        _trust(folder, [*keys.trusted(folder), coming])
        rotation.say("authority: the new one is trusted beside the old")
    _tls_in_use(rotation)
    _issue(rotation, [name for name in keys.CALLERS if not _is_from(folder, name, coming)])
    _trust(folder, [coming])
    (folder / f"{NEXT}.key").replace(folder / f"{TRUSTED}.key")
    (folder / f"{NEXT}.crt").unlink()
    _tls_in_use(rotation)
    rotation.say("authority: the old one is trusted no more")
    yield from ()


def _coming_authority(folder: Path) -> Certificate:
    crt, key = folder / f"{NEXT}.crt", folder / f"{NEXT}.key"
    if not (crt.exists() and key.exists()):
        if crt.exists():  # its key issues already: only this file was left
            found = load_pem_x509_certificate(crt.read_bytes())
            if keys.trusted(folder) == [found]:
                crt.unlink()
        keys.authority(folder, NEXT)
    return load_pem_x509_certificate(crt.read_bytes())


def _trust(folder: Path, found: Iterable[Certificate]) -> None:
    write_private(folder / "ca.crt", "".join(one.public_bytes(Encoding.PEM).decode() for one in found))


def _is_from(folder: Path, name: str, issuer: Certificate) -> bool:
    try:
        load_pem_x509_certificate((folder / f"{name}.crt").read_bytes()).verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return keys.is_usable(folder, name)


def _issue(rotation: Rotation, names: Iterable[str]) -> None:
    for name in names:
        keys.certificate(rotation.folder, name)
        rotation.say(f"certificates: {name} has a new one")
    _tls_in_use(rotation)


def _tls_in_use(rotation: Rotation) -> None:
    def wanted(process: str) -> str:
        name = process.partition("-")[0]
        return digest([rotation.folder / one for one in (f"{name}.crt", f"{name}.key", "ca.crt")])

    _in_use(rotation, TLS, wanted)
    _at_the_door(rotation)


# ---- keys in sets


def actors(rotation: Rotation) -> Steps:
    """The new public key is published, then signed with; the old goes when no actor signed with it is about."""
    signing, public = rotation.path("ACTOR_SIGNING_KEYS"), rotation.path("ACTOR_KEYS")
    new = _coming(signing, keys.signing_pair, rotation.say, "actors")
    if keys.read_set(signing)[0]["kid"] != new["kid"]:
        _write(public, [_shown(one) for one in keys.read_set(signing)])
        _set_in_use(rotation, "ACTOR_KEYS")
        rotation.say("actors: every service believes the new key")
        _write(signing, [new, *_others(signing, new)])
    _set_in_use(rotation, "ACTOR_SIGNING_KEYS")
    rotation.say("actors: identity signs with the new key")
    yield signing.stat().st_mtime + rotation.ages["actors"]
    _write(public, [_shown(new)])
    _set_in_use(rotation, "ACTOR_KEYS")
    _write(signing, [new])
    _set_in_use(rotation, "ACTOR_SIGNING_KEYS")
    rotation.say("actors: the old key is believed no more")


def sealing(rotation: Rotation) -> Steps:
    """Enrichment's and notifications' keys: opened first, then sealed to; the old goes when nothing waits for it."""
    for reader, senders in (("enrichment", ("recording",)), ("notifications", ("recording", "identity"))):
        yield from _seal(rotation, reader, senders)


def _seal(rotation: Rotation, reader: str, senders: tuple[str, ...]) -> Steps:
    opens, seals = f"{reader.upper()}_OPEN_KEYS", f"{reader.upper()}_SEAL_KEYS"
    private, public, what = rotation.path(opens), rotation.path(seals), f"sealing to {reader}"
    new = _coming(private, keys.sealing_pair, rotation.say, what)
    _set_in_use(rotation, opens)
    if keys.read_set(public)[0]["kid"] != new["kid"]:
        _write(public, [_shown(new)])
    _set_in_use(rotation, seals)
    rotation.say(f"{what}: everybody seals to the new key")
    _write(private, [new, *_others(private, new)])
    _set_in_use(rotation, opens)
    yield public.stat().st_mtime + rotation.ages["settling"]
    _withdraw(rotation, what, opens, new, lambda: _Sealed(rotation, reader, senders).left)


def records(rotation: Rotation) -> Steps:
    """The key that wraps the data keys of recording."""
    yield from _wrap(rotation, "records", "RECORD_KEYS", "recording")


def accounts(rotation: Rotation) -> Steps:
    """The key that wraps the data keys of identity."""
    yield from _wrap(rotation, "accounts", "ACCOUNT_KEYS", "identity")


def _wrap(rotation: Rotation, what: str, name: str, service: str) -> Steps:
    path = rotation.path(name)
    new = _coming(path, lambda: (keys.wrapping_key(),), rotation.say, what)
    if keys.read_set(path)[0]["kid"] != new["kid"]:
        _set_in_use(rotation, name)
        rotation.say(f"{what}: the new key unwraps everywhere")
        _write(path, [new, *_others(path, new)])
    _set_in_use(rotation, name)
    rotation.say(f"{what}: the new key wraps")
    yield path.stat().st_mtime + rotation.ages["settling"]
    _withdraw(rotation, what, name, new, lambda: lambda old: _under(rotation, service, name, old))


def _withdraw(rotation: Rotation, what: str, name: str, new: Jwk, counting: Callable[[], Count]) -> None:
    """Once nothing is under the old keys. Looked at again afterwards: a key is easily put back, a text is not."""
    path = rotation.path(name)
    found = keys.read_set(path)
    old = [str(one["kid"]) for one in _others(path, new)]
    left = counting()
    _until_nothing(rotation, what, lambda: left(old))
    _write(path, [new])
    try:
        _set_in_use(rotation, name)
        count = counting()(old)
    except BaseException:
        _write(path, found)  # nobody can say yet whether something came late
        raise
    if count:
        _write(path, found)
        raise Held(f"{what}: {count} came under the old key late, so it was put back; try again")
    rotation.say(f"{what}: the old key is gone")


def forms(rotation: Rotation) -> Steps:
    """The key that signs forms: a line each, and the newer begins with when it was made."""
    path = rotation.system.layout.secret_file("gateway")
    if len(path.read_text().split()) == 1:
        made = f"{time.time_ns() // 1_000_000}.{secrets.token_urlsafe(24)}"
        write_private(path, f"{path.read_text().strip()}\n{made}")
        rotation.say("forms: the new key is there")
    found = path.read_text().split()
    new = max(found, key=_made_at)
    if found[0] != new:
        _at_the_door(rotation)
        write_private(path, "\n".join([new, *(one for one in found if one != new)]))
    _at_the_door(rotation)
    rotation.say("forms: the new key signs")
    yield path.stat().st_mtime + rotation.ages["forms"]
    write_private(path, new)
    _at_the_door(rotation)
    rotation.say("forms: the old key is believed no more")


def _made_at(key: str) -> int:
    made, dot, _ = key.partition(".")
    return int(made) if dot and made.isdecimal() else 0


KINDS: Mapping[str, Callable[[Rotation], Steps]] = {
    "certificates": certificates,
    "authority": authority,
    "actors": actors,
    "sealing": sealing,
    "records": records,
    "accounts": accounts,
    "forms": forms,
}
ALL = (
    "actors",
    "forms",
    "authority",
    "sealing",
    "records",
    "accounts",
)  # a new authority issues every certificate


def _coming(path: Path, make: Callable[[], tuple[Jwk, ...]], say: Say, what: str) -> Jwk:
    """The newest key of a set; of a set of one, a new one that is put behind it."""
    found = keys.read_set(path)
    if len(found) == 1:
        found = [*found, make()[0]]
        keys.write_set(path, found)
        say(f"{what}: a new key is there")
    return max(found, key=lambda one: int(one.get("made", 0)))


def _others(path: Path, new: Jwk) -> list[Jwk]:
    return [one for one in keys.read_set(path) if one["kid"] != new["kid"]]


def _shown(jwk: Jwk) -> Jwk:
    """Its public half."""
    return {name: value for name, value in jwk.items() if name != "d"}


def _write(path: Path, found: list[Jwk]) -> None:
    """Not when it says so already: when a file was changed is how we know how long ago that step was."""
    if keys.read_set(path) != found:
        keys.write_set(path, found)


# ---- waiting


def _set_in_use(rotation: Rotation, name: str) -> None:
    expected = digest([rotation.path(name)])
    _in_use(rotation, name, lambda process: expected)


def _in_use(rotation: Rotation, name: str, wanted: Callable[[str], str]) -> None:
    """Return once every process that has the setting uses the files there are now; one that is down may be one of them."""
    end, lacking = time.monotonic() + rotation.patience, [""]
    while lacking:
        if lacking != [""] and time.monotonic() > end:
            raise Held(f"{name}: not in use by {', '.join(lacking)}; see their logs")
        told = {process: status.keys_of(url) for process, url in status.doors(rotation.system)}
        lacking = [process for process, said in told.items() if not _uses(said, name, wanted(process))]
        if lacking:
            time.sleep(0.2)


def _uses(said: Mapping[str, Any] | None, name: str, expected: str) -> bool:
    return said is not None and (name not in said or said[name].get("digest") in (None, expected))


def _at_the_door(rotation: Rotation) -> None:
    """The gateway looks at its files on use, once a second: after two, whatever it does, it does with the new ones."""
    time.sleep(rotation.pause)
    end = time.monotonic() + rotation.patience
    while not rotation.system.ready()["gateway"]:
        if time.monotonic() > end:
            raise Held("the gateway is not ready")
        time.sleep(0.2)


def _until_nothing(rotation: Rotation, what: str, left: Callable[[], int]) -> None:
    """Return once nothing is under the old keys, at two looks; say how much is left meanwhile."""
    end, clear, said = time.monotonic() + rotation.draining, 0, -1
    while clear < 2:
        count = left()
        clear = 0 if count else clear + 1
        if count and count != said:
            rotation.say(f"{what}: {count} left under the old key")
            said = count
        if count and time.monotonic() > end:
            raise Held(f"{what}: {count} still under the old key, so it stays; go on with the same command")
        time.sleep(rotation.pause / 4)


def _under(rotation: Rotation, service: str, name: str, old: list[str]) -> int:
    """How many things a service says are under the old keys."""
    said = status.keys_of(dict(status.doors(rotation.system))[f"{service}-work"])
    if said is None:
        raise Held(f"{service}-work does not say what is under the old key")
    return sum(said[name]["under"].get(one, 0) for one in old)


@dataclass
class _Sealed:
    """What is sealed to the old keys and was not opened: with its senders, on its way, with its reader."""

    rotation: Rotation
    reader: str
    senders: tuple[str, ...]
    waiting: list[str] | None = None  # messages; nobody makes any more of them

    def left(self, old: list[str]) -> int:
        """How much. Messages are looked up once; then only whether those have been heard."""
        system = self.rotation.system
        if self.waiting is None:
            self.waiting = [found for one in old for found in self._sent(one)]
        self.waiting = status.asked(system, self.reader, lambda tx: outbox.not_heard(tx, self.waiting or []))
        under = _under(self.rotation, self.reader, f"{self.reader.upper()}_OPEN_KEYS", old)
        return len(self.waiting) + under + _dead(system, self.reader, old)

    def _sent(self, key_id: str) -> Iterator[str]:
        for sender in self.senders:
            yield from status.asked(self.rotation.system, sender, lambda tx: outbox.sealed_to(tx, key_id))


def _dead(system: System, reader: str, old: list[str]) -> int:
    """Dead letters that hold an old key's id, however old; they are looked at and put back."""
    queue = topology.dead_queue(reader)
    with pika.BlockingConnection(pika.URLParameters(system.summary()["amqp"])) as connection:
        found, channel = 0, connection.channel()
        for _ in range(status.waiting_in(connection, queue)):
            _method, _properties, body = channel.basic_get(queue)
            found += any(one.encode() in (body or b"") for one in old)
        channel.close()
    return found


@contextmanager
def _alone(system: System) -> Iterator[None]:
    """Two rotations at once would read each other's half-done steps."""
    with (system.layout.folder("run") / "rotate.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Held("another rotation is under way") from None
        yield
