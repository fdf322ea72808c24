"""A program learns in whose account it is, and where."""

from __future__ import annotations

from pathlib import Path

from tests.emulator.programs import deployed


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
