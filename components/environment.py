"""One environment's page: the account, the region, the role that deploys, and what differs from other environments."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from components import iam
from components.config import Config, JsonObject, Name

AccountId = Annotated[str, Field(pattern=r"^[0-9]{12}$")]


Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]


class DeployRole(Config):
    """The role that `pulumi up` assumes in the environment's account."""

    name: str = Field(pattern=r"^[\w+=,.@-]+$", max_length=64)
    """The role's name; its ARN follows from the account."""
    external_id: str | None = Field(default=None, pattern=r"^[\w+=,.@:/-]+$", min_length=2, max_length=1224)
    """What the role's trust asks the caller to know (STS AssumeRole, `ExternalId`)."""
    session_minutes: int = Field(default=60, ge=15, le=60)
    """How long one session lasts. One hour is the most that a chained role gets (STS AssumeRole, `DurationSeconds`)."""


class EnvironmentConfig(Config):
    """The value of `eventwire:environment` on a stack's page."""

    account_id: AccountId
    """The only account this stack may touch; twelve digits, in quotes."""
    region: Region
    """The AWS region everything lives in."""
    deploy_role: DeployRole
    """The role that makes and changes everything."""
    tags: dict[str, str] = Field(default_factory=dict)
    """Tags on everything that can bear tags, beside the stack's name."""
    defaults: dict[str, JsonObject] = Field(default_factory=dict)
    """What a `function`, or a resource of one kind, is here where its pipeline says nothing."""
    overrides: dict[Name, JsonObject] = Field(default_factory=dict)
    """By pipeline: what is laid over its page here."""

    @property
    def deploy_role_arn(self) -> str:
        return iam.role_arn(self.region, self.account_id, self.deploy_role.name)
