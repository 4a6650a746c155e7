#!/usr/bin/python
"""A host of the network file."""
from __future__ import annotations

DOCUMENTATION = r"""
module: host
short_description: Declares a host
description:
  - A host is an Open vSwitch with its bridges and ports.
  - Heddle edits the text of the network file in force and keeps comments. Each change is a version of the history.
author: the Heddle project
extends_documentation_fragment: [heddle.ovs.controller, heddle.ovs.piece]
options:
  name:
    description: The name of the host.
    type: str
    required: true
"""

EXAMPLES = r"""
- heddle.ovs.host:
    name: hv1
    value:
      ovsdb: tcp:192.0.2.1:6640
      bridges: {br0: {}}
"""

RETURN = r"""
value:
  description: What the network file says there now; null if nothing.
  type: dict
  returned: success
plan:
  description: The plan of the change, as of C(heddle plan -o json).
  type: dict
  returned: changed
operation:
  description: The version, its state, and that of each host and switch.
  type: dict
  returned: changed, not in check mode
"""

from ansible_collections.heddle.ovs.plugins.module_utils.controller import piece


def main():
    """Runs the module."""
    piece("host", ["name"])


if __name__ == "__main__":
    main()
