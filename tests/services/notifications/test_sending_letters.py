"""Letters leave by SMTP while no transaction is open, at least once, and a second copy can be told from a second letter."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from chassis.working import Job, Outside, Worker
from services.notifications import jobs
from services.notifications.settings import Work
from services.notifications.use_cases import SEND
from tests.services.notifications.office import Office


class MailServer(socketserver.ThreadingTCPServer):
    """Takes letters, each when it is allowed to."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: list[str] = []
        self.called, self.may_answer = threading.Event(), threading.Event()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def ids(self) -> list[str]:
        return [email.message_from_string(one)["Message-ID"] for one in self.letters]


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("220 here")
        for line in self.rfile:
            match line[:4].upper():
                case b"DATA":
                    self._say("354 go on")
                    self.server.letters.append(self._letter())
                    self.server.called.set()
                    self.server.may_answer.wait(8)
                    self._say("250 taken")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 well")

    def _letter(self) -> str:
        lines = list[str]()
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, word: str) -> None:
        self.wfile.write(f"{word}\r\n".encode())


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.may_answer.set()
        made.shutdown()


def handler(office: Office, post: MailServer) -> Outside[[Job], None]:
    settings = Work(
        database_url="",
        notifications_open_keys=office.keys.private,
        smtp_url=post.url,
        mail_from="service@lfpse.example",
        public_url="http://localhost:8080",
    )
    found = jobs.handlers(settings)[SEND]
    assert isinstance(found, Outside), "what speaks SMTP asks outside"
    return found


def worker(office: Office, sends: Outside[[Job], None]) -> Worker:
    return Worker("notifications", office.db, "", {SEND: sends})


def open_transactions(office: Office) -> int:
    return int(
        office.rows(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and (backend_xid is not null or backend_xmin is not null)"
        )[0][0]
    )


def test_no_transaction_is_open_while_a_mail_server_is_slow(office: Office, post: MailServer) -> None:
    office.hear_of("sam@gp.example")
    thread = threading.Thread(target=worker(office, handler(office, post)).do_one)
    thread.start()
    assert post.called.wait(10)
    assert open_transactions(office) == 0
    assert not worker(office, handler(office, post)).do_one(), "two workers do not send the same letter"
    post.may_answer.set()
    thread.join(10)
    assert len(post.letters) == 1
    assert [row.outcome for row in office.rows("select outcome from letters")] == ["sent"]
    assert office.rows("select 1 from jobs") == []


def test_a_letter_names_the_address_at_which_people_find_the_service(
    office: Office, post: MailServer
) -> None:
    post.may_answer.set()
    office.open_account("sam", "sam@gp.example", "standard", "RZ1")
    office.hear_of(recorder_id="sam")
    while worker(office, handler(office, post)).do_one():
        pass
    (letter,) = [one for one in post.letters if "To: sam@gp.example" in one]
    said = email.message_from_string(letter).get_payload(decode=True)
    assert isinstance(said, bytes)
    assert said.decode().splitlines()[-1] == "Sign in to see it: http://localhost:8080"


def test_a_worker_killed_between_sending_and_settling_sends_again_under_the_same_message_id(
    office: Office, post: MailServer
) -> None:
    class Killed(BaseException):
        pass

    sends = handler(office, post)

    def die(tx: Connection) -> None:
        raise Killed

    def send_and_die(db: Engine, job: Job) -> Callable[[Connection], None]:
        sends.ask(db, job)
        return die

    post.may_answer.set()
    office.hear_of("sam@gp.example")
    with pytest.raises(Killed):
        worker(office, Outside(send_and_die)).do_one()
    assert [row.outcome for row in office.rows("select outcome from letters")] == ["waiting"]
    with office.db.begin() as tx:
        tx.execute(text("update jobs set run_at = run_at - interval '120 seconds'"))
    assert worker(office, sends).do_one()
    first, second = post.ids()
    assert first == second
    assert [row.outcome for row in office.rows("select outcome from letters")] == ["sent"]


def test_a_letter_that_was_forgotten_meanwhile_stays_forgotten(office: Office, post: MailServer) -> None:
    office.hear_of("sam@gp.example")
    thread = threading.Thread(target=worker(office, handler(office, post)).do_one)
    thread.start()
    assert post.called.wait(10)
    with office.db.begin() as tx:
        tx.execute(text("delete from letters"))
    post.may_answer.set()
    thread.join(10)
    assert office.rows("select 1 from letters") == []
    assert office.rows("select 1 from jobs") == []
