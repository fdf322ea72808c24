"""What tests of components start from: an environment, and a folder of handlers."""

from __future__ import annotations

from pathlib import Path

from components.environment import DeployRole, EnvironmentConfig

ENVIRONMENT = EnvironmentConfig(
    account_id="111111111111", region="eu-west-1", deploy_role=DeployRole(name="eventwire-deploy")
)


def handlers(folder: Path, *names: str) -> Path:
    """A `handlers/` folder with one module for each name, each with a `handle`."""
    (folder / "handlers").mkdir(exist_ok=True)
    for name in names:
        (folder / "handlers" / f"{name}.py").write_text("def handle(event, context):\n    return None\n")
    return folder / "handlers"
