"""The rights of CloudWatch calls: metrics have no ARN, their namespace is a condition key."""

from __future__ import annotations

from emulator.enforcement.api_rights import reference
from emulator.enforcement.api_rights.right import Call, Right, given

# Service Authorization Reference, "Amazon CloudWatch": these are on metrics, so on `*`, where no dataset is named.
_ON_METRICS = {"GetMetricData", "GetMetricStatistics", "ListMetrics", "PutMetricData"}


def rights(call: Call) -> list[Right]:
    if call.operation in _ON_METRICS and "DatasetIdentifier" not in call.params:
        context = given(cloudwatch__namespace=call.params.get("Namespace")) if call.operation == "PutMetricData" else {}
        return [Right(f"cloudwatch:{call.operation}", "*", context)]
    return reference.rights(call)
