#!/usr/bin/python
"""A network of the network file."""
from __future__ import annotations

DOCUMENTATION = r"""
module: network
short_description: Declares a network
description:
  - A network is a layer-2 segment with a VLAN, maybe a VNI, subnets, DHCP and names.
  - Heddle edits the text of the network file in force and keeps comments. Each change is a version of the history.
author: the Heddle project
extends_documentation_fragment: [heddle.ovs.controller, heddle.ovs.piece]
options:
  name:
    description: The name of the network.
    type: str
    required: true
"""

EXAMPLES = r"""
- heddle.ovs.network:
    name: red
    value: {vlan: 200, vni: 10200}
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
    piece("network", ["name"])


if __name__ == "__main__":
    main()
