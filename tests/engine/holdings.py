"""What an account holds, by name, as its administrator finds it: so that a test sees what was left over."""

from __future__ import annotations

from emulator.account import Account


def holdings(account: Account) -> dict[str, list[str]]:
    """What an account holds; kinds of which there is nothing are left out, and so is what every account has."""
    awslambda, events, scheduler = (account.client(service) for service in ("lambda", "events", "scheduler"))
    held = {
        "buckets": [each["Name"] for each in account.client("s3").list_buckets()["Buckets"]],
        "queues": account.client("sqs").list_queues().get("QueueUrls", []),
        "topics": [each["TopicArn"] for each in account.client("sns").list_topics()["Topics"]],
        "subscriptions": [
            each["SubscriptionArn"] for each in account.client("sns").list_subscriptions()["Subscriptions"]
        ],
        "tables": account.client("dynamodb").list_tables()["TableNames"],
        "streams": account.client("kinesis").list_streams()["StreamNames"],
        "functions": [each["FunctionName"] for each in awslambda.list_functions()["Functions"]],
        "mappings": [each["UUID"] for each in awslambda.list_event_source_mappings()["EventSourceMappings"]],
        "log groups": [each["logGroupName"] for each in account.client("logs").describe_log_groups()["logGroups"]],
        "buses": [each["Name"] for each in events.list_event_buses()["EventBuses"] if each["Name"] != "default"],
        "rules": [each["Name"] for each in events.list_rules()["Rules"]],
        "archives": [each["ArchiveName"] for each in events.list_archives()["Archives"]],
        "schedule groups": [
            each["Name"] for each in scheduler.list_schedule_groups()["ScheduleGroups"] if each["Name"] != "default"
        ],
        "schedules": [each["Name"] for each in scheduler.list_schedules()["Schedules"]],
        "roles": [each["RoleName"] for each in account.client("iam").list_roles()["Roles"]],
    }
    return {kind: names for kind, names in held.items() if names}
