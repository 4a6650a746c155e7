// Adds a network, a host or a port by hand, each with its plan before it is done.

import {el, section} from './dom.js';
import {choice, field, form, items, piece} from './form.js';
import {propose} from './proposal.js';

const NAME = {required: true, pattern: '[A-Za-z0-9][A-Za-z0-9._\\-]*', title: 'letters, digits, dots and dashes'};
/** Only what is not there yet: a form to add must not replace anything. */
const NEW = {'If-None-Match': '*'};

function networks(box) {
  return form(
    [
      field('Name', {name: 'name', placeholder: 'red', ...NAME}),
      field('VLAN, 0 for untagged', {name: 'vlan', type: 'number', min: 0, max: 4094, required: true}),
      field('VNI, to reach other hosts by tunnels', {name: 'vni', type: 'number', min: 1, max: 16777215}),
    ],
    'Plan this network',
    v => {
      const value = {vlan: Number(v.vlan)};
      if (v.vni !== '') {
        value.vni = Number(v.vni);
      }
      propose(box, {method: 'PUT', path: piece('networks', v.name), value, headers: NEW});
    },
  );
}

function hosts(box) {
  return form(
    [
      field('Name', {name: 'name', placeholder: 'hv1', ...NAME}),
      field('Database, or its system-id if it dials in', {
        name: 'ovsdb',
        placeholder: 'tcp:192.0.2.11:6640',
        required: true,
      }),
      field('Bridge', {name: 'bridge', value: 'br0', ...NAME}),
      choice('Datapath', 'datapath', [
        ['system', 'kernel'],
        ['netdev', 'userspace (netdev)'],
      ]),
    ],
    'Plan this host',
    v => {
      const value = /^(tcp|ssl):/.test(v.ovsdb) ? {ovsdb: v.ovsdb} : {'system-id': v.ovsdb};
      value.bridges = {[v.bridge]: v.datapath === 'netdev' ? {datapath: 'netdev', ports: {}} : {ports: {}}};
      propose(box, {method: 'PUT', path: piece('hosts', v.name), value, headers: NEW});
    },
  );
}

function ports(box, state) {
  const bridges = state.bridges.map(b => `${b.host}/${b.name}`);
  return form(
    [
      choice('Bridge', 'bridge', bridges),
      field('Device', {name: 'name', placeholder: 'vm1', ...NAME}),
      choice(
        'Network',
        'network',
        state.networks.map(n => n.name),
      ),
      choice('Type', 'type', [
        ['', 'a device that the host has'],
        ['internal', 'a port of the host itself'],
      ]),
      field('MAC, if known', {name: 'mac', placeholder: '52:54:00:00:00:01'}),
      field('Addresses, if known', {name: 'address', placeholder: '10.0.0.1/24'}),
    ],
    'Plan this port',
    v => {
      const [host, bridge] = v.bridge.split('/');
      const value = {access: v.network};
      if (v.type !== '') {
        value.type = v.type;
      }
      if (v.mac !== '') {
        value.mac = v.mac;
      }
      if (v.address !== '') {
        value.address = v.address === 'auto' ? 'auto' : items(v.address);
      }
      propose(box, {
        method: 'PUT',
        path: piece('hosts', host, 'bridges', bridge, 'ports', v.name),
        value,
        headers: NEW,
      });
    },
  );
}

/** The three forms. They stay while the network changes, so that nothing that somebody types is lost. */
export function forms() {
  const box = el('div', {'aria-live': 'polite'});
  const port = el('div', {});
  let drawn = '';
  const element = el(
    'div',
    {},
    section('1. A network', networks(box)),
    section('2. A host', hosts(box)),
    section('3. A port', port),
    box,
  );
  return {
    element,
    update(state) {
      const known = JSON.stringify([state.bridges.map(b => [b.host, b.name]), state.networks.map(n => n.name)]);
      if (known === drawn) {
        return;
      }
      drawn = known;
      port.replaceChildren(
        state.bridges.length > 0 && state.networks.length > 0
          ? ports(box, state)
          : el('p', {class: 'empty'}, 'A port needs a host and a network: add them first.'),
      );
    },
  };
}

export function show(view) {
  const all = forms();
  view.append(el('h1', {}, 'Add'), all.element);
  return {update: all.update};
}
