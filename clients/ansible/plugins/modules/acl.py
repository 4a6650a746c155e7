#!/usr/bin/python
"""An access list of the network file."""
from __future__ import annotations

DOCUMENTATION = r"""
module: acl
short_description: Declares an access list
description:
  - An access list is a list of rules, of which the first that matches decides. A new list comes last.
  - Heddle edits the text of the network file in force and keeps comments. Each change is a version of the history.
author: the Heddle project
extends_documentation_fragment: [heddle.ovs.controller, heddle.ovs.piece]
options:
  name:
    description: The name of the list.
    type: str
    required: true
"""

EXAMPLES = r"""
- heddle.ovs.acl:
    name: no-telnet
    value:
      rules:
        - {match: {proto: tcp, dst-port: 23}, action: drop}
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
    piece("acl", ["name"])


if __name__ == "__main__":
    main()
