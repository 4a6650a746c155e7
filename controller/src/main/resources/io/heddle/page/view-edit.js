// Changes or removes a network, a port or an access list, with the plan before it is done. Keys of the file that the
// form does not show stay as they are.

import {getPiece} from './api.js';
import {el, trouble} from './dom.js';
import {choice, field, form, items, piece, values} from './form.js';
import {propose} from './proposal.js';

const EDITORS = {network, port, list};

/** A form for one piece of the file. @param parts what it is, and its name: port, hv1, br0, vm1 */
export function show(view, [kind, ...parts]) {
  const box = el('div', {'aria-live': 'polite'});
  const place = el('div', {});
  const editor = EDITORS[kind];
  view.append(el('h1', {}, `Change ${kind} ${parts.join('/')}`), place, box);
  if (!editor) {
    place.append(el('p', {class: 'empty'}, 'There is no such page.'));
    return {};
  }
  open();
  return {};

  /** Reads the piece. A change of what somebody else has changed since is refused. */
  async function open() {
    const path = pathOf(kind, parts);
    try {
      const {value, tag} = await getPiece(path);
      const headers = {'If-Match': tag};
      const send = (method, body) =>
        propose(box, {method, path, value: body, headers}, method === 'DELETE' ? null : open);
      place.replaceChildren(
        editor(value, send),
        el('button', {type: 'button', class: 'danger', onclick: () => send('DELETE')}, 'Plan its removal'),
      );
    } catch (e) {
      place.replaceChildren(trouble(e));
    }
  }
}

function pathOf(kind, parts) {
  switch (kind) {
    case 'network':
      return piece('networks', parts[0]);
    case 'list':
      return piece('acls', parts[0]);
    default:
      return piece('hosts', parts[0], 'bridges', parts[1], 'ports', parts[2]);
  }
}

const listed = value => (value === undefined ? '' : [value].flat().join(', '));

function network(value, send) {
  const number = text => (text === '' ? null : Number(text));
  const few = text => (text === '' ? null : items(text));
  return form(
    [
      field('VLAN, 0 for untagged', {name: 'vlan', type: 'number', min: 0, max: 4094, value: value.vlan ?? ''}),
      field('VNI', {name: 'vni', type: 'number', min: 1, max: 16777215, value: value.vni ?? ''}),
      field('Subnets', {name: 'subnet', value: listed(value.subnet)}),
      field('Gateways', {name: 'gateway', value: listed(value.gateway)}),
    ],
    'Plan this change',
    v =>
      send(
        'PATCH',
        changed(value, {
          vlan: number(v.vlan),
          vni: number(v.vni),
          subnet: few(v.subnet),
          gateway: few(v.gateway),
        }),
      ),
  );
}

/** A merge patch with only what differs, so that 10.0.0.0/24 does not become a list of one. */
function changed(before, after) {
  const same = (a, b) => JSON.stringify([a ?? []].flat()) === JSON.stringify([b ?? []].flat());
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => !same(before[key], value)));
}

function port(value, send) {
  return form(
    [
      field('Network (access)', {name: 'access', value: listed(value.access)}),
      field('Tagged networks (trunk)', {name: 'trunk', value: listed(value.trunk)}),
      field('Untagged network of a trunk (native)', {name: 'native', value: listed(value.native)}),
      field('MAC', {name: 'mac', value: listed(value.mac)}),
      field('Addresses', {name: 'address', value: listed(value.address)}),
    ],
    'Plan this change',
    v => {
      const text = name => (v[name] === '' ? null : v[name]);
      const words = ['all', 'auto'];
      const many = name => (v[name] === '' ? null : words.includes(v[name]) ? v[name] : items(v[name]));
      send(
        'PATCH',
        changed(value, {
          access: text('access'),
          trunk: many('trunk'),
          native: text('native'),
          mac: text('mac'),
          address: many('address'),
        }),
      );
    },
  );
}

const ACTIONS = ['allow', 'drop'];

/** One rule. A match in words is JSON, one in the syntax of ovs-ofctl a plain text. Other keys of the rule stay. */
function ruleRow(rule, rows) {
  const given = rule.match ?? '';
  const match = typeof given === 'string' ? given : JSON.stringify(given);
  const row = el(
    'div',
    {class: 'tools rule'},
    el('input', {
      name: 'match',
      value: match,
      'aria-label': 'Match',
      placeholder: 'tcp,tp_dst=22 or {"proto": "tcp", "dst-port": 22}',
      spellcheck: 'false',
    }),
    el(
      'select',
      {name: 'action', 'aria-label': 'Action'},
      [...new Set([...ACTIONS, rule.action])].map(a => el('option', {value: a, selected: a === rule.action}, a)),
    ),
    el('button', {type: 'button', onclick: () => row.previousElementSibling?.before(row)}, 'Up'),
    el('button', {type: 'button', onclick: () => row.remove()}, 'Remove'),
  );
  rows.set(row, rule);
  return row;
}

function list(value, send) {
  const rows = new WeakMap();
  const rules = el('div', {}, ...(value.rules ?? []).map(r => ruleRow(r, rows)));
  const rest = choice('What no rule decides', 'default', ACTIONS, value.default ?? 'allow');
  const error = el('p', {role: 'alert', class: 'bad'});
  const node = el(
    'form',
    {
      onsubmit: e => {
        e.preventDefault();
        error.textContent = '';
        try {
          const next = [...rules.children].map(row => ruleOf(row, rows.get(row)));
          const patch = {rules: next};
          if (values(node).default !== (value.default ?? 'allow')) {
            patch.default = values(node).default;
          }
          send('PATCH', patch);
        } catch (problem) {
          error.textContent = problem.message;
        }
      },
    },
    rules,
    error,
    el(
      'div',
      {class: 'tools'},
      el(
        'button',
        {type: 'button', onclick: () => rules.append(ruleRow({match: '', action: 'drop'}, rows))},
        'Add a rule',
      ),
      rest,
      el('button', {class: 'first'}, 'Plan this change'),
    ),
  );
  return node;
}

function ruleOf(row, rule) {
  const text = row.querySelector('[name=match]').value.trim();
  const out = {...rule, action: row.querySelector('[name=action]').value};
  if (text === '') {
    delete out.match;
  } else if (text.startsWith('{')) {
    try {
      out.match = JSON.parse(text);
    } catch (e) {
      throw new Error(`Rule ${[...row.parentElement.children].indexOf(row) + 1}: ${e.message}`);
    }
  } else {
    out.match = text;
  }
  return out;
}
