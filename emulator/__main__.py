"""The command line of the embedded account: `python -m emulator run`, `send` and `serve`."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

INTERRUPTED = 130
"""What a shell reports of a program that was stopped by Ctrl-C: 128 and the signal's number."""

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def emulator() -> None:
    """An AWS account inside this process: it deploys the real Pulumi program, enforces IAM, and delivers events on a
    virtual clock. Nothing leaves this machine.

    Example: `python -m emulator run`
    """


@app.command(rich_help_panel="Run")
def run(
    stack: Annotated[str, typer.Option(help="Whose page is deployed, Pulumi.STACK.yaml.")] = "dev",
    root: Annotated[
        Path, typer.Option(help="The project's folder.", exists=True, file_okay=False, resolve_path=True)
    ] = Path(),
    journey: Annotated[
        list[str] | None, typer.Option(help="Send only this journey, full or short; may be given again.")
    ] = None,
    as_document: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout, nothing else.", rich_help_panel="Output")
    ] = False,
    hops: Annotated[
        bool,
        typer.Option(
            "--hops/--quiet", help="One line per hop, or only what was DENIED, DEAD or LOST.", rich_help_panel="Output"
        ),
    ] = True,
    logs: Annotated[
        bool, typer.Option("--logs", help="What functions print, each line with its chain.", rich_help_panel="Output")
    ] = False,
    until_idle: Annotated[
        bool,
        typer.Option(
            "--until-idle", help="End when nothing is left to do; a run of journeys always does.", show_default=False
        ),
    ] = True,
) -> None:
    """Deploy a stack, send every journey, and account for every event.

    Each journey gets an account of its own, so it ends the same alone and among others.

    It ends with the first of these that is true:

    * 4: a right was missing, and no journey expected to miss it
    * 3: events ended as dead letters, and no journey expected them
    * 1: an error, a lost event, or a journey that did not end as it says
    * 0: clean

    and with 2 where the command was misspelt, with 130 where it was interrupted.

    Example: `python -m emulator run --stack dev --journey the-week-as-published --quiet`
    """
    try:
        # Imported here: moto and Pulumi take a second, which `--help` and a mistyped option need not wait for.
        from emulator.screen.report import as_json
        from emulator.screen.terminal import Wishes, screen_for
        from emulator.session import run_stack

        with screen_for(Wishes(hops=hops, logs=logs), document=as_document) as screen:
            report = run_stack(root, stack, journey or [], screen)
        if as_document:
            json.dump(as_json(report), sys.stdout, indent=2, default=str)
            sys.stdout.write("\n")
    except KeyboardInterrupt:
        typer.echo("interrupted: the account is gone, nothing is left behind", err=True)
        raise typer.Exit(INTERRUPTED) from None
    raise typer.Exit(report.exit_code)


@app.command(rich_help_panel="Run")
def send(
    trigger: Annotated[
        str, typer.Option(help="Which trigger wakes its function: `split-on-feed`, or `feeds.split-on-feed`.")
    ],
    event: Annotated[
        Path | None,
        typer.Option(help="A file with the event, as JSON; - is standard input. The trigger's example, if not given."),
    ] = None,
    content: Annotated[
        Path | None,
        typer.Option(
            "--object",
            help="Put this file into its bucket first, as the object that the event tells of.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    shows_example: Annotated[
        bool, typer.Option("--print", help="Print the trigger's example, to be edited, and send nothing.")
    ] = False,
    stack: Annotated[str, typer.Option(help="Whose page is deployed, Pulumi.STACK.yaml.")] = "dev",
    root: Annotated[
        Path, typer.Option(help="The project's folder.", exists=True, file_okay=False, resolve_path=True)
    ] = Path(),
    without: Annotated[
        list[str] | None, typer.Option(help="Withdraw this right beforehand, by its name; may be given again.")
    ] = None,
    as_document: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout, nothing else.", rich_help_panel="Output")
    ] = False,
    hops: Annotated[
        bool,
        typer.Option(
            "--hops/--quiet", help="One line per hop, or only what was DENIED, DEAD or LOST.", rich_help_panel="Output"
        ),
    ] = True,
    logs: Annotated[
        bool, typer.Option("--logs", help="What functions print, each line with its chain.", rich_help_panel="Output")
    ] = False,
) -> None:
    """Hand one event to a function, as its trigger's source would, and account for all that follows.

    A stack is deployed into an account of its own. The source's right to wake the function is asked, its filter or
    pattern is asked, and what fails is tried again and lands where the ledger says. What the source would do beside is
    left out, and told.

    An event may call things as the pages do: an ARN that ends in `readings` means that queue.

    It ends as `run` does: 4 where a right was missing, 3 where events ended as dead letters, 1 with an error, a lost
    event, or a function that was not woken, 0 where all ended well, 2 where the command was misspelt, 130 where it was
    interrupted.

    Example: `python -m emulator send --trigger split-on-feed --print > event.json`, and then
    `python -m emulator send --trigger split-on-feed --event event.json`
    """
    if shows_example and event is not None:
        raise typer.BadParameter("--print shows the trigger's example: leave --event out")
    try:
        if shows_example:
            _print_example(root, stack, trigger)
            return
        # Imported here: moto and Pulumi take a second, which `--help` and a mistyped option need not wait for.
        from emulator.screen.sent import as_json
        from emulator.screen.terminal import Wishes, screen_for
        from emulator.send import Wanted
        from emulator.send import send as send_event

        with screen_for(Wishes(hops=hops, logs=logs), document=as_document) as screen:
            report = send_event(Wanted(root, stack, trigger, event, tuple(without or ()), content), screen)
        if as_document:
            json.dump(as_json(report), sys.stdout, indent=2, default=str)
            sys.stdout.write("\n")
    except KeyboardInterrupt:
        typer.echo("interrupted: the account is gone, nothing is left behind", err=True)
        raise typer.Exit(INTERRUPTED) from None
    raise typer.Exit(report.exit_code)


def _print_example(root: Path, stack: str, trigger: str) -> None:
    """The example on stdout, or what is wrong on stderr."""
    # Next to nothing of what is imported and read is garbage: to look for it takes a fifth of the time.
    gc.disable()
    from components.problems import ConfigError
    from emulator.waking.stack_triggers import find_trigger, read_triggers

    try:
        found = find_trigger(read_triggers(root, stack), trigger)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    finally:
        gc.enable()
    typer.echo(json.dumps(found.example, indent=2, ensure_ascii=False))


@app.command(rich_help_panel="Run")
def serve(
    stack: Annotated[str, typer.Option(help="Whose account it is, and whose deploy role is in it.")] = "dev",
    root: Annotated[
        Path, typer.Option(help="The project's folder.", exists=True, file_okay=False, resolve_path=True)
    ] = Path(),
    port: Annotated[
        int, typer.Option(help="Where AWS APIs are answered; 0 is any that is free.", min=0, max=65_535)
    ] = 4570,
    provider_port: Annotated[
        int, typer.Option(help="Where the engine finds its provider; 0 is any that is free.", min=0, max=65_535)
    ] = 4571,
    state: Annotated[
        Path | None,
        typer.Option(
            help="Keep everything in this folder for the next time, and begin with what is there.",
            file_okay=False,
            resolve_path=True,
        ),
    ] = None,
    as_document: Annotated[
        bool, typer.Option("--json", help="JSON documents on stdout, one on each line.", rich_help_panel="Output")
    ] = False,
    hops: Annotated[
        bool,
        typer.Option(
            "--hops/--quiet", help="One line per hop, or only what was DENIED, DEAD or LOST.", rich_help_panel="Output"
        ),
    ] = True,
    logs: Annotated[
        bool, typer.Option("--logs", help="What functions print, each line with its chain.", rich_help_panel="Output")
    ] = False,
) -> None:
    """Be an AWS account on this machine, until Ctrl-C: for `pulumi preview`, `up`, `refresh` and `destroy`, and for any
    client of AWS. Events are shown as they travel.

    It prints what another terminal has to export, the key of an administrator among it. A role's keys come from
    `AssumeRole`, and may do what the role may.

    What is in the folder of `--state` is run when it is opened: it has to be your own.

    It ends with 0 when it is interrupted, and with 1 where something stands in the way: a wrong page, a taken port, a
    state that cannot be opened. What is at work is finished first; a second Ctrl-C ends that too, with 130.

    Example: `python -m emulator serve --stack dev --state .eventwire`
    """
    from emulator.screen.live import ForPeople, ForPrograms
    from emulator.screen.terminal import Screen, Wishes, console
    from emulator.serving.server import Ports
    from emulator.serving.session import CannotServe, Wanted
    from emulator.serving.session import serve as serve_until_ended

    # Whoever reads along does so while it runs.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    screen = ForPrograms() if as_document else ForPeople(Screen(console(), Wishes(hops=hops, logs=logs)))
    try:
        serve_until_ended(Wanted(root, stack, Ports(port, provider_port), state), screen)
    except CannotServe as reasons:
        typer.echo("\n".join(reasons.args), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("interrupted: what was at work is not finished", err=True)
        raise typer.Exit(INTERRUPTED) from None


if __name__ == "__main__":
    app(prog_name="python -m emulator")
