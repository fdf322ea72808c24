"""The stack: reads its pages, builds the platform, exports the ledger."""

import asyncio
import atexit
import gc
from pathlib import Path

import pulumi

from components.platform import Platform
from components.problems import ConfigError
from components.settings import read_settings


async def main() -> None:
    # Next to nothing is garbage before the program ends: looking for it, all along and at the end, takes half the time.
    gc.disable()
    atexit.register(gc.freeze)
    # The SDK tells the engine of each step it takes, and all waits for the answer: four times for a resource, half of a
    # preview. Only `pulumi --debug` would show it. What `pulumi.log` says of errors and warnings goes on.
    vars(pulumi.log)["debug"] = lambda *_, **__: None
    environment = pulumi.Config("eventwire").require_object("environment")
    try:
        settings = read_settings(Path(__file__).parent, pulumi.get_stack(), environment)
    except ConfigError as error:
        raise pulumi.RunError(f"nothing was created, the pages need mending:\n{error}") from None
    Platform(settings).export()
    # Lets the requests begin: while none is under way, the SDK looks through all that is open after each answer.
    await asyncio.sleep(0)


if __name__ == "__main__":
    pulumi.run(main)
