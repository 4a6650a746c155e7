"""What the modules have in common: the options, the client, pieces of the network file, and how changes end."""
from __future__ import annotations

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.heddle.ovs.plugins.module_utils.heddle.client import Client
from ansible_collections.heddle.ovs.plugins.module_utils.heddle.errors import Conflict, HeddleError, NotFound

OPTIONS = {
    "url": {"type": "str"},
    "token": {"type": "str", "no_log": True},
    "ca_path": {"type": "path"},
    "client_cert": {"type": "path"},
    "client_key": {"type": "path", "no_log": False},
    "accept": {"type": "bool", "default": False},
    "message": {"type": "str"},
    "wait": {"type": "int", "default": 30},
}
PIECE = {
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "value": {"type": "dict"},
    "merge": {"type": "bool", "default": False},
}
#: states of a version in which what was asked for is done, or will be when a host returns
_GOOD = ("in-sync", "pending")


def module(options, **more):
    """The module with its own options and the common ones."""
    return AnsibleModule(argument_spec={**OPTIONS, **options}, supports_check_mode=True, **more)


def run(ansible, work):
    """Does the work with a client, and reports errors with all that the controller said."""
    p = ansible.params
    try:
        client = Client(p["url"], token=p["token"], ca=p["ca_path"], cert=p["client_cert"], key=p["client_key"])
        ansible.exit_json(**work(client))
    except (HeddleError, ValueError, OSError) as e:
        ansible.fail_json(msg=str(e))


def confirmed(ansible, plan):
    """Fails if the plan has what nobody has accepted."""
    if plan.get("confirmations") and not ansible.params["accept"]:
        ansible.fail_json(msg="nothing was changed: the plan needs confirmation; set accept to accept\n"
                              + "\n".join(plan["confirmations"]), plan=plan)


def ended(ansible, operation, changed=True):
    """Fails if hosts or switches refuse the change, or have not confirmed it in time."""
    if operation.get("state") not in _GOOD:
        parts = ["%s: %s" % part for part in sorted(operation.get("parts", {}).items()) if part[1] not in _GOOD]
        ansible.fail_json(
            msg="version %s is in force, but not everywhere: %s; Heddle goes on applying it" % (
                operation.get("version"), "; ".join(operation.get("errors") or parts) or operation.get("state")),
            changed=changed, operation=operation)
    return operation


def in_force(ansible, client):
    """Fails if hosts or switches still refuse what is in force: a second run does not hide the failure of the first."""
    version = client.status()["version"]
    if version:
        state = client.version_state(version, wait=ansible.params["wait"]).value
        # Somebody else's newer version is not this task's.
        if state.get("state") != "superseded":
            ended(ansible, state, changed=False)


def lines(plan):
    """The rows that a plan changes, as text."""
    return "".join("%s %s\n" % (host, line) for host, rows in sorted(plan.get("hosts", {}).items()) for line in rows)


def piece(kind, names):
    """A module for a piece of the network file. kind is that of the client's methods, names are the options that name
    the piece, from the outside to the inside."""
    options = {name: {"type": "str", "required": True} for name in names}
    ansible = module({**options, **PIECE}, required_if=[("state", "present", ["value"])])
    if ansible.params["state"] == "absent" and ansible.params["value"] is not None:
        ansible.fail_json(msg="value: expected no value with state: absent")
    run(ansible, lambda client: _change(ansible, client, kind, [ansible.params[n] for n in names]))


def _change(ansible, client, kind, place):
    def method(verb):
        return getattr(client, verb + "_" + kind)

    p = ansible.params
    try:
        found = method("get")(*place)
        before, etag = found.value, found.etag
    except NotFound:
        before, etag = None, None
    wanted = None if p["state"] == "absent" else _merged(before or {}, p["value"]) if p["merge"] else p["value"]
    if wanted is not None and kind == "acl":
        wanted = {**wanted, "name": p["name"]}
    if before == wanted:
        in_force(ansible, client)
        return {"changed": False, "value": wanted}
    diff = {"before": before or {}, "after": wanted or {}}
    how = {"if_match": etag} if etag else {"if_none_match": "*"}

    def send(**more):
        if wanted is None:
            return method("delete")(*place, **how, **more).value
        return method("put")(*place, wanted, **how, **more).value

    try:
        plan = send(dry_run=True)
        if ansible.check_mode:
            return {"changed": True, "value": wanted, "diff": diff, "plan": plan}
        confirmed(ansible, plan)
        done = send(wait=p["wait"], message=p["message"])
    except Conflict as e:
        raise HeddleError("somebody else has changed it meanwhile: %s" % e) from e
    return {"changed": True, "value": wanted, "diff": diff, "plan": plan, "operation": ended(ansible, done)}


def _merged(before, patch):
    """RFC 7396: null removes a key."""
    out = dict(before)
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        elif isinstance(value, dict):
            out[key] = _merged(out[key] if isinstance(out.get(key), dict) else {}, value)
        else:
            out[key] = value
    return out
