"""The options that all modules have."""


class ModuleDocFragment:
    """Which controller, and how a change is made."""

    DOCUMENTATION = r"""
options:
  url:
    description:
      - The admin API of the controller, C(http://ADDRESS:PORT), C(https://NAME:PORT) or C(unix:PATH).
      - By default what C(HEDDLE_API) says, or else the controller of the machine where the task runs.
    type: str
  token:
    description: The token that proves who you are. By default that of C(HEDDLE_TOKEN) or C(HEDDLE_TOKEN_FILE).
    type: str
  ca_path:
    description: A PEM file with the authority of the controller's certificate.
    type: path
  client_cert:
    description: A PEM file with your own certificate.
    type: path
  client_key:
    description: A PEM file with the key of your certificate.
    type: path
  accept:
    description: Whether to accept what the plan needs confirmation for. Without it, the task fails before it changes
      anything.
    type: bool
    default: false
  message:
    description: The reason, for the history.
    type: str
  wait:
    description: Seconds to wait until hosts and switches confirm.
    type: int
    default: 30
attributes:
  check_mode:
    description: Plans the change, and changes nothing.
    support: full
  diff_mode:
    description: Shows the declaration before and after, or the rows of the plan.
    support: full
"""
