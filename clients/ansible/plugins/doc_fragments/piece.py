"""The options of the modules that declare a piece of the network file."""


class ModuleDocFragment:
    """What the piece should be."""

    DOCUMENTATION = r"""
options:
  state:
    description: Whether the piece is in the file.
    type: str
    choices: [present, absent]
    default: present
  value:
    description:
      - What the network file says there, with the keys of the network file. Required unless O(state=absent).
    type: dict
  merge:
    description: Whether other keys stay as they are. Then null removes a key.
    type: bool
    default: false
"""
