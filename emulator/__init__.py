"""An AWS account inside this process: the real program is deployed into it, and its handlers run in it.

account  clock  storage  identity  journal  tally  names     the account and its parts
engine   program/  provisioning/  provider/                  deploys
iam      policy/                                             decides
rights   enforcement/                                        asks for decisions, and tells of denials
runtime  execution/                                          runs handlers
delivery/  queueing/  eventing/                              carries events
journey/  screen/  session  __main__                         sends, compares, shows
"""
