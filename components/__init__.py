"""What is deployed, from the ground up: a file imports from lower floors only.

config  iam  problems  ledger  page  validation     values and their rules; no resources
event_pattern  input_transformer  event_filter      what events may look like
environment  dead_letters  resource                 the contract of a resource
function                                            one Lambda function and everything that is only its own
access  trigger                                     the only places where a right is made
resources/  triggers/                               one kind per file
pages  edges  settings                              all config of a stack as one checked value
platform                                            builds it in one pass, and writes the ledger
"""
