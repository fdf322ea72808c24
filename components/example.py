"""The made-up account that example events come from."""

from components.iam import partition_of

ACCOUNT_ID = "111111111111"
REGION = "eu-west-1"
TIME = "2030-01-01T12:00:00"


def arn(service: str, resource: str, *, region: str = REGION, account_id: str = ACCOUNT_ID) -> str:
    """The ARN of a made-up thing; S3 buckets have neither region nor account."""
    return f"arn:{partition_of(REGION)}:{service}:{region}:{account_id}:{resource}"
