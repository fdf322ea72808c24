"""A program learns in whose account it is, who asks, and where."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.programs import PAGE, deployed, deploying_as


def test_the_account_tells_whose_it_is_and_where(tmp_path: Path) -> None:
    source = """
        identity, region, partition = aws.get_caller_identity(), aws.get_region(), aws.get_partition()
        pulumi.export("identity", [identity.account_id, identity.arn])
        pulumi.export("region", [region.region, region.description, region.endpoint])
        pulumi.export("partition", [partition.partition, partition.dns_suffix, partition.reverse_dns_prefix])
        pulumi.export("later", aws.get_caller_identity_output().account_id)
    """

    with deployed(tmp_path, source) as (_, deployment):
        assert deployment.outputs == {
            "identity": ["111111111111", "arn:aws:iam::111111111111:root"],
            "region": ["eu-west-1", "Europe (Ireland)", "ec2.eu-west-1.amazonaws.com"],
            "partition": ["aws", "amazonaws.com", "com.amazonaws"],
            "later": "111111111111",
        }


def test_a_program_that_assumes_a_role_is_told_of_its_session(tmp_path: Path) -> None:
    source = """
        pulumi.export("default", aws.get_caller_identity().arn)
        identity = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider))
        pulumi.export("deployer", [identity.account_id, identity.arn, identity.user_id])
    """

    with deployed(tmp_path, deploying_as("eventwire-deploy", source), config=PAGE) as (account, deployment):
        role = account.client("iam").get_role(RoleName="eventwire-deploy")["Role"]

        assert deployment.outputs["default"] == "arn:aws:iam::111111111111:root"
        assert deployment.outputs["deployer"] == [
            "111111111111",
            "arn:aws:sts::111111111111:assumed-role/eventwire-deploy/eventwire-dev",
            f"{role['RoleId']}:eventwire-dev",
        ]
