"""An LRMS as a load: keep-alive connections, national v6 incidents of about 3 KB, every answer timed.

Hand-made over asyncio because a comfortable client costs more processor time than the service it would measure.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.builders.safety_events import as_fhir_v6

PATH = "/adverse-event/fhir/AdverseEvent"


@dataclass
class Answer:
    """What became of one POST. `status` 0: no answer."""

    status: int
    reference: str
    local_reference: str
    sent_at: float  # Unix time
    seconds: float


@dataclass
class Lrms:
    """One client with its key; `answers` collects what came back."""

    port: int
    key: str = field(repr=False)
    organisation: str
    answers: list[Answer] = field(default_factory=list)

    def incident(self, local_reference: str, **more: Any) -> bytes:
        """A v6 incident of about 3 KB."""
        return json.dumps(
            as_fhir_v6(
                organisation=self.organisation,
                local_reference=local_reference,
                description=f"Case {local_reference}: the patient slid from the chair while reaching for the call bell; "
                "Nurse Okafor helped them up and Dr Patel saw them at 14:10.",
                **more,
            ),
            separators=(",", ":"),
        ).encode()

    async def together(self, clients: int, each: int) -> float:
        """`clients` connections at once, `each` posts after one another; the seconds it took."""
        started = time.perf_counter()
        await asyncio.gather(*(self._one_after_another(each) for _ in range(clients)))
        return time.perf_counter() - started

    async def steadily(self, per_second: float, seconds: float, retry: float = 0) -> None:
        """A post every 1/per_second, whatever becomes of the others; unanswered ones again for `retry` seconds."""
        end, tasks = time.monotonic() + seconds, []
        while time.monotonic() < end:
            tasks.append(asyncio.create_task(self._alone(retry)))
            await asyncio.sleep(1 / per_second)
        await asyncio.gather(*tasks)

    async def _one_after_another(self, count: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for _ in range(count):
            local = uuid.uuid4().hex
            self.answers.append(await self._post(reader, writer, local, self.incident(local)))
        writer.close()

    async def _alone(self, retry: float) -> None:
        """One post on a connection of its own; tried again while nobody answers, as an LRMS would."""
        local = uuid.uuid4().hex
        body, started = self.incident(local, contact=f"{local[:12]}@reporter.example"), time.time()
        while True:
            answer = await self._once(local, body)
            self.answers.append(answer)
            if answer.status in (200, 201) or time.time() - started > retry:
                return
            await asyncio.sleep(0.5)

    async def _once(self, local: str, body: bytes) -> Answer:
        started = time.time()
        try:
            async with asyncio.timeout(40):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    return await self._post(reader, writer, local, body)
                finally:
                    writer.close()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
            return Answer(0, "", local, started, time.time() - started)

    async def _post(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, local: str, body: bytes
    ) -> Answer:
        started, clock = time.time(), time.perf_counter()
        writer.write(self._head(len(body)) + body)
        status, answer = await _read(reader)
        reference = _reference(answer) if status in (200, 201) else ""
        return Answer(status, reference, local, started, time.perf_counter() - clock)

    def _head(self, length: int) -> bytes:
        return (
            f"POST {PATH} HTTP/1.1\r\nHost: localhost:{self.port}\r\nContent-Type: application/fhir+json\r\n"
            f"Ocp-Apim-Subscription-Key: {self.key}\r\nContent-Length: {length}\r\n\r\n"
        ).encode()


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return int(head.split(b" ", 2)[1]), await reader.readexactly(length)


def _reference(answer: bytes) -> str:
    """The reference number: the first inner extension of the last extension."""
    return str(json.loads(answer)["extension"][-1]["extension"][0]["valueString"])
