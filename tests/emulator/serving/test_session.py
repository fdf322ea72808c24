"""A session serves until somebody ends it: in this process for what it tells, in one of its own for what it is for."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from emulator.account import Account, NeverRests
from emulator.journal import Hop, Outcome
from emulator.journey.address_book import AddressBook
from emulator.journey.advice import ExplainedDenial
from emulator.keeping.state_file import FILE, keep
from emulator.serving.ledgers import Ledgers
from emulator.serving.register import Register
from emulator.serving.server import Ports
from emulator.serving.session import CannotServe, Wanted, _Session, serve
from tests.emulator import post_office
from tests.emulator.functions import LAMBDA_TRUST, Functions, allow, document, zipped
from tests.emulator.stage import QUIET, Stage

LONGEST_SECONDS = 60
ANY = Ports()
EMPTY = {"handshakes": [], "grants": [], "things": {}}
THINGS = {"post.letters": {"kind": "queue", "arn": "arn:aws:sqs:eu-west-1:111111111111:letters-1"}}


class Recorder:
    """A screen that keeps what it is told, and plays a part of its own when the account answers."""

    def __init__(self, when_open: Callable[[Mapping[str, str]], None] = lambda variables: None) -> None:
        self._when_open = when_open
        self.told: list[tuple[str, Any]] = []

    def opens(self, stack: str, account_id: str, region: str, variables: Mapping[str, str]) -> None:
        self.told.append(("opens", (stack, account_id, region)))
        self._when_open(variables)

    def knows(self, book: AddressBook) -> None:
        self.told.append(("knows", sorted(book.things)))

    def hears(self, entry: Hop | ExplainedDenial) -> None:
        self.told.append(("hears", entry))

    def rests(self) -> None:
        self.told.append(("rests", None))

    def says(self, sentence: str) -> None:
        self.told.append(("says", sentence))

    def closes(self, state: Path | None) -> None:
        self.told.append(("closes", state))

    @property
    def words(self) -> list[str]:
        return [word for word, _ in self.told]


def interrupt(variables: Mapping[str, str] | None = None) -> None:
    os.kill(os.getpid(), signal.SIGINT)


def terminate(variables: Mapping[str, str] | None = None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def export(backend: Path, **outputs: Any) -> None:
    """What Pulumi writes when a stack was deployed."""
    page = backend / ".pulumi/stacks/eventwire/dev.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    resources = [{"type": "pulumi:pulumi:Stack", "outputs": outputs}]
    page.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return post_office.build(tmp_path / "project")


# What it tells, from its beginning to its end.


@pytest.mark.parametrize("end", [interrupt, terminate])
def test_a_session_ends_when_it_is_told_to_and_leaves_nothing_behind(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: Callable[..., None]
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    screen = Recorder(end)

    serve(Wanted(root, "dev", ANY), screen)

    assert screen.told == [("opens", ("dev", "111111111111", "eu-west-1")), ("rests", None), ("closes", None)]
    assert list(temporary.iterdir()) == []
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_second_interruption_ends_it_at_once(root: Path) -> None:
    def twice(variables: Mapping[str, str]) -> None:
        interrupt()
        interrupt()

    screen = Recorder(twice)
    with pytest.raises(KeyboardInterrupt):
        serve(Wanted(root, "dev", ANY), screen)

    assert screen.words == ["opens"]


def test_a_shell_is_told_all_that_clients_and_pulumi_need(root: Path, tmp_path: Path) -> None:
    told: dict[str, str] = {}

    def end(variables: Mapping[str, str]) -> None:
        told.update(variables)
        for name in ("AWS_ENDPOINT_URL", "PULUMI_DEBUG_PROVIDERS"):
            port = int(variables[name].rpartition(":")[2])
            socket.create_connection(("127.0.0.1", port), timeout=LONGEST_SECONDS).close()
        terminate()

    serve(Wanted(root, "dev", ANY, tmp_path / "state"), Recorder(end))

    backend = Path(urlsplit(told.pop("PULUMI_BACKEND_URL")).path)
    assert (backend, backend.is_dir()) == (tmp_path / "state/pulumi/backend", True)
    assert told.pop("AWS_ENDPOINT_URL").startswith("http://127.0.0.1:")
    assert told.pop("PULUMI_DEBUG_PROVIDERS").startswith("aws:")
    assert (told["AWS_REGION"], told["AWS_DEFAULT_REGION"]) == ("eu-west-1", "eu-west-1")
    assert told["PULUMI_PYTHON_CMD"] == sys.executable


def test_what_was_on_its_way_travels_on_and_is_told(root: Path, tmp_path: Path) -> None:
    with Account("111111111111", "eu-west-1") as account:
        function = Functions(account, tmp_path / "code").make(QUIET)
        account.client("lambda").invoke(FunctionName=function, InvocationType="Event")
        keep(account, tmp_path / "state", {"register": Register()})
    screen = Recorder(terminate)

    serve(Wanted(root, "dev", ANY, tmp_path / "state"), screen)

    assert screen.words == ["opens", "hears", "rests", "closes"]
    hop = screen.told[1][1]
    assert (hop.what, hop.target, hop.outcome) == ("asynchronous call", "feeds.split", Outcome.DELIVERED)


def test_what_a_stack_exported_is_known_as_soon_as_it_is_there(root: Path) -> None:
    def end(variables: Mapping[str, str]) -> None:
        export(Path(urlsplit(variables["PULUMI_BACKEND_URL"]).path), ledger={**EMPTY, "things": THINGS})
        terminate()

    screen = Recorder(end)
    serve(Wanted(root, "dev", ANY), screen)

    assert screen.told[1] == ("knows", ["post.letters"])


# Between two answers.


@pytest.fixture
def screen() -> Recorder:
    return Recorder()


@pytest.fixture
def session(account: Account, tmp_path: Path, screen: Recorder) -> _Session:
    session = _Session(account, Ledgers(tmp_path), screen)
    account.journal.listen(session.hears)
    return session


def test_things_are_called_as_the_stacks_ledger_calls_them(
    account: Account, tmp_path: Path, screen: Recorder, session: _Session
) -> None:
    export(tmp_path, ledger={**EMPTY, "things": THINGS})

    session.rest()
    session.rest()

    assert screen.words == ["knows", "rests", "rests"]
    assert account.names.of(THINGS["post.letters"]["arn"]) == "post.letters"


@pytest.mark.parametrize("ledger", ["none of ours", {"pages": 7}, {**EMPTY, "grants": [{"name": "x"}]}])
def test_another_projects_ledger_is_passed_over(
    tmp_path: Path, screen: Recorder, session: _Session, ledger: Any
) -> None:
    export(tmp_path, ledger=ledger)

    session.rest()

    assert screen.words == ["rests"]


def test_a_denial_is_told_with_what_would_mend_it(
    account: Account, stage: Stage, screen: Recorder, session: _Session
) -> None:
    stage.bucket()
    read = "import boto3\ndef handle(event, context):\n    boto3.client('s3').get_object(Bucket='feed', Key='a')\n"
    account.client("lambda").invoke(FunctionName=stage.functions.make(read), InvocationType="RequestResponse")

    [denied] = [entry for _, entry in screen.told if isinstance(entry, ExplainedDenial)]
    assert (denied.denial.action, denied.advice.who, denied.advice.what) == ("s3:GetObject", "feeds.split", "feed/a")
    assert denied.advice.fix != ""


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NeverRests("events were still travelling"), "events were still travelling"),
        (KeyError("a\nb"), r"the embedded account failed: KeyError: 'a\nb'"),
        (RuntimeError("moto went away\nat once"), "the embedded account failed: RuntimeError: moto went away at once"),
    ],
)
def test_what_keeps_events_from_resting_is_told_and_the_account_stays(
    account: Account,
    screen: Recorder,
    session: _Session,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    told: str,
) -> None:
    def fail(most_rounds: int) -> None:
        raise error

    monkeypatch.setattr(account, "settle", fail)

    session.rest()

    assert screen.told == [("says", told), ("rests", None)]


# What stands in the way.


def reasons(root: Path, ports: Ports = ANY, state: Path | None = None, stack: str = "dev") -> tuple[str, ...]:
    screen = Recorder()
    with pytest.raises(CannotServe) as told:
        serve(Wanted(root, stack, ports, state), screen)
    assert screen.told == []
    return told.value.args


def test_a_wrong_page_is_told_with_everything_that_is_wrong_on_it(tmp_path: Path) -> None:
    page = post_office.STACK.replace('"111111111111"', "1").replace("eu-west-1", "europe")

    told = reasons(post_office.build(tmp_path, stack=page))

    assert [problem.partition(": ")[0] for problem in told] == [
        "Pulumi.dev.yaml:3  config.eventwire:environment.account_id",
        "Pulumi.dev.yaml:4  config.eventwire:environment.region",
    ]


def test_a_stack_that_has_no_page_is_told(root: Path) -> None:
    assert reasons(root, stack="test") == ("Pulumi.test.yaml  unknown stack 'test': known are dev",)


def test_a_taken_port_is_told(root: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        assert reasons(root, Ports(provider=port)) == (
            f"port {port} of 127.0.0.1 is taken: another program listens there",
        )


def test_a_damaged_state_is_told_and_left_as_it_is(root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / FILE).write_text("damaged")

    assert reasons(root, state=state) == (
        f"{state / FILE} is damaged: it does not begin as kept state does; delete it and deploy again",
    )
    assert (state / FILE).read_text() == "damaged"


def test_a_state_that_cannot_be_kept_is_told(root: Path, tmp_path: Path) -> None:
    def end(variables: Mapping[str, str]) -> None:
        (tmp_path / "state" / FILE).mkdir()
        terminate()

    screen = Recorder(end)
    with pytest.raises(CannotServe, match=r"account\.state cannot be written: "):
        serve(Wanted(root, "dev", ANY, tmp_path / "state"), screen)

    assert "closes" not in screen.words


# In a process of its own, with clients that know nothing but the environment.


class Served:
    """`serve --json`, and what it writes."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.opened = self.line()
        environment = self.opened["environment"]
        self._session = boto3.Session(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            region_name=environment["AWS_REGION"],
        )

    def client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self.opened["environment"]["AWS_ENDPOINT_URL"])

    def line(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        return json.loads(line)

    def end(self, number: signal.Signals) -> tuple[int, list[Any], str]:
        """The exit code, the documents that were not read yet, and what stands on stderr."""
        self.process.send_signal(number)
        out, error = self.process.communicate(timeout=LONGEST_SECONDS)
        return self.process.returncode, [json.loads(line) for line in out.splitlines()], error


@contextmanager
def served(root: Path, *options: str) -> Iterator[Served]:
    process = subprocess.Popen(  # noqa: S603  (this program itself)
        [
            *(sys.executable, "-m", "emulator", "serve", "--json", "--root", str(root)),
            *("--port", "0", "--provider-port", "0", *options),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Served(process)
    finally:
        process.kill()
        process.communicate()


def test_clients_outside_set_events_going_and_see_them_travel(root: Path) -> None:
    with served(root) as server:
        assert {name: server.opened[name] for name in ("stack", "account_id", "region")} == {
            "stack": "dev",
            "account_id": "111111111111",
            "region": "eu-west-1",
        }
        iam, functions, s3 = server.client("iam"), server.client("lambda"), server.client("s3")
        assert iam.get_role(RoleName="deployer")["Role"]["Arn"] == "arn:aws:iam::111111111111:role/deployer"
        role = iam.create_role(RoleName="split", AssumeRolePolicyDocument=document(LAMBDA_TRUST))["Role"]["Arn"]
        rights = document(allow("logs:*", "*"))
        iam.put_role_policy(RoleName="split", PolicyName="may", PolicyDocument=rights)
        function = functions.create_function(
            FunctionName="split",
            Role=role,
            Code={"ZipFile": zipped({"app.py": QUIET})},
            Runtime="python3.13",
            Handler="app.handle",
        )["FunctionArn"]
        s3.create_bucket(Bucket="feed", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        functions.add_permission(
            FunctionName="split",
            StatementId="feed",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn="arn:aws:s3:::feed",
        )
        told = [{"LambdaFunctionArn": function, "Events": ["s3:ObjectCreated:*"]}]
        s3.put_bucket_notification_configuration(
            Bucket="feed", NotificationConfiguration={"LambdaFunctionConfigurations": told}
        )
        hops = []
        for key in ("monday", "tuesday"):
            s3.put_object(Bucket="feed", Key=key, Body=b"{}")
            hops.append(server.line()["hop"])
            assert s3.get_object(Bucket="feed", Key=key)["Body"].read() == b"{}"

        ended = server.end(signal.SIGTERM)

    assert [(hop["chain"], hop["what"], hop["source"], hop["target"], hop["outcome"]) for hop in hops] == [
        ("c1", "ObjectCreated:Put monday", "feed", "split", "delivered"),
        ("c2", "ObjectCreated:Put tuesday", "feed", "split", "delivered"),
    ]
    assert ended == (0, [{"kept_in": None}], "")


def test_what_is_kept_is_there_the_next_time(root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with served(root, "--state", str(state)) as server:
        url = server.client("sqs").create_queue(QueueName="letters")["QueueUrl"]
        server.client("sqs").send_message(QueueUrl=url, MessageBody="one")
        key = server.opened["environment"]["AWS_ACCESS_KEY_ID"]

        assert server.end(signal.SIGINT) == (0, [{"kept_in": str(state)}], "")

    with served(root, "--state", str(state)) as server:
        assert server.opened["environment"]["AWS_ACCESS_KEY_ID"] == key
        messages = server.client("sqs").receive_message(QueueUrl=url)["Messages"]

        assert [message["Body"] for message in messages] == ["one"]
        assert server.end(signal.SIGTERM) == (0, [{"kept_in": str(state)}], "")
