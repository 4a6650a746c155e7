#!/usr/bin/python
"""A port of the network file."""
from __future__ import annotations

DOCUMENTATION = r"""
module: port
short_description: Declares a port
description:
  - A port of a bridge, and the networks that it carries.
  - Heddle edits the text of the network file in force and keeps comments. Each change is a version of the history.
author: the Heddle project
extends_documentation_fragment: [heddle.ovs.controller, heddle.ovs.piece]
options:
  host:
    description: The name of its host.
    type: str
    required: true
  bridge:
    description: The name of its bridge.
    type: str
    required: true
  name:
    description: The name of the port.
    type: str
    required: true
"""

EXAMPLES = r"""
- heddle.ovs.port:
    host: hv1
    bridge: br0
    name: vm17
    value: {access: red, mac: "52:54:00:00:00:17"}

- name: Another network, and all else as it was
  heddle.ovs.port:
    host: hv1
    bridge: br0
    name: vm17
    value: {access: blue}
    merge: true
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
    piece("port", ["host", "bridge", "name"])


if __name__ == "__main__":
    main()
