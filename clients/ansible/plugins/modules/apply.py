#!/usr/bin/python
"""The network file as a whole."""
from __future__ import annotations

DOCUMENTATION = r"""
module: apply
short_description: Applies a network file
description:
  - Plans a network file or a folder of them, applies it, and waits until hosts and switches confirm.
  - The task changes nothing if these files are in force and hosts and switches are as they say.
author: the Heddle project
extends_documentation_fragment: heddle.ovs.controller
options:
  src:
    description: The network file or the folder, on the machine where the task runs.
    type: path
  content:
    description: The text of the network file instead.
    type: str
  trial:
    description: Seconds after which the version goes back to the one before, unless somebody confirms it.
    type: int
"""

EXAMPLES = r"""
- heddle.ovs.apply:
    src: network.yaml
    message: new tenant
  delegate_to: localhost

- heddle.ovs.apply:
    content: "{{ lookup('template', 'network.yaml.j2') }}"
"""

RETURN = r"""
plan:
  description: The plan, as of C(heddle plan -o json).
  type: dict
  returned: success
operation:
  description: The version, its state, and that of each host and switch.
  type: dict
  returned: changed, not in check mode
"""

from ansible_collections.heddle.ovs.plugins.module_utils.controller import confirmed, ended, lines, module, run
from ansible_collections.heddle.ovs.plugins.module_utils.heddle.files import read_files


def _apply(ansible, client):
    p = ansible.params
    files = {"network.yaml": p["content"]} if p["src"] is None else read_files(p["src"])
    plan = client.plan(files)
    errors = [f for f in plan.get("findings", []) if f.get("severity") == "error"]
    if ansible.check_mode and errors:
        ansible.fail_json(msg="apply would refuse the file: " + "; ".join(f["text"] for f in errors), plan=plan)
    same = client.get_files().value.get("files") == files
    result = {"changed": not same or not plan["empty"], "plan": plan, "diff": {"prepared": lines(plan)}}
    if result["changed"] and not ansible.check_mode:
        confirmed(ansible, plan)
        done = client.put_files(files, base=plan["base"], fingerprint=plan["fingerprint"], message=p["message"],
                                wait=p["wait"], trial=p["trial"])
        result["operation"] = ended(ansible, done.value)
    return result


def main():
    """Runs the module."""
    ansible = module({"src": {"type": "path"}, "content": {"type": "str"}, "trial": {"type": "int"}},
                     required_one_of=[("src", "content")], mutually_exclusive=[("src", "content")])
    run(ansible, lambda client: _apply(ansible, client))


if __name__ == "__main__":
    main()
