"""The stack: reads its pages, builds the platform, exports the ledger."""

from pathlib import Path

import pulumi

from components.platform import Platform
from components.problems import ConfigError
from components.settings import read_settings

environment = pulumi.Config("eventwire").require_object("environment")
try:
    settings = read_settings(Path(__file__).parent, pulumi.get_stack(), environment)
except ConfigError as error:
    raise pulumi.RunError(f"nothing was created, the pages need mending:\n{error}") from None
Platform(settings).export()
