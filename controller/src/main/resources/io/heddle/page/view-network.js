// All networks, or one of them: its MTU, its members and their places, and the frames that each switch sent to them.

import {get, polling} from './api.js';
import {el, number, section, swatch, table, usage} from './dom.js';
import {reachTable} from './view-check.js';

const MOST_ADDRESSES = 300;

export function list(view) {
  const box = el('div', {});
  view.append(el('h1', {}, 'Networks'), box);
  let words = '';
  let latest = null;
  function draw() {
    const rows = latest.networks.filter(n =>
      `${n.name} ${n.vlan} ${n.vni} ${n.subnet} ${n.router}`.toLowerCase().includes(words.toLowerCase()),
    );
    box.replaceChildren(
      table(
        [
          ['network', n => el('a', {href: `#/network/${n.name}`}, swatch(n.name), n.name)],
          ['VLAN', n => n.vlan, 'n'],
          ['VNI', n => n.vni, 'n'],
          ['MTU', n => n.mtu, 'n'],
          ['subnet', n => n.subnet],
          ['router', n => n.router],
          ['IPv4 in use', n => usage(n.addressesUsed, n.addresses)],
          ['hosts', n => n.hosts.length, 'n'],
          ['ports', n => n.ports, 'n'],
          ['MACs', n => n.macs, 'n'],
        ],
        rows,
        'No network is declared.',
      ),
    );
  }
  return {
    update(state) {
      latest = state;
      draw();
    },
    search(text) {
      words = text;
      if (latest) {
        draw();
      }
    },
  };
}

export function show(view, [name]) {
  const facts = el('p', {class: 'summary'});
  const change = el('a', {class: 'button', href: `#/edit/network/${encodeURIComponent(name)}`}, 'Change');
  const members = el('div', {});
  const ports = el('div', {});
  const addresses = el('div', {});
  const reach = el('div', {});
  view.append(el('h1', {}, swatch(name), `Network ${name}`, change), facts, members, ports, addresses, reach);

  async function ask() {
    const rows = await get(`networks/${encodeURIComponent(name)}/members`);
    const switches = [...new Set(rows.flatMap(r => Object.keys(r.reachedFrom)))].sort();
    members.replaceChildren(
      section(
        'Members, and frames forwarded to them',
        el(
          'p',
          {class: 'note'},
          'Frames for each member, by the switch that forwarded them. A switch counts frames from its own ports. ' +
            'The member’s own switch counts all frames for the member.',
        ),
        table(
          [
            ['MAC', m => m.mac],
            ['address', m => m.address],
            ['switch', m => m.switch],
            ['port', m => m.port],
            ...switches.map(s => [`from ${s}`, m => (m.reachedFrom[s] ? number(m.reachedFrom[s]) : '·'), 'n']),
          ],
          rows,
          'No host has sent a frame yet.',
        ),
      ),
    );
  }

  async function who() {
    const rows = await get(`addresses?network=${encodeURIComponent(name)}&limit=${MOST_ADDRESSES + 1}`);
    addresses.replaceChildren(
      section(
        'Addresses in use',
        table(
          [
            ['address', a => a.address],
            ['by', a => a.source],
            ['MAC', a => a.mac],
            ['port', a => el('span', {}, a.host && el('a', {href: `#/host/${a.host}`}, a.host), ` ${a.port}`)],
            ['reserved for', a => a.reservedFor],
            ['DHCP', a => a.lease],
          ],
          rows.slice(0, MOST_ADDRESSES),
          'None is known.',
        ),
        rows.length > MOST_ADDRESSES &&
          el('p', {class: 'note'}, `… and more: heddle get addresses network=${name}`),
      ),
    );
  }

  async function check() {
    const rows = (await get('check')).reach.filter(r => r.from === name || r.to === name);
    reach.replaceChildren(section('Reachability according to the file', reachTable(rows)));
  }

  const asking = polling(() => Promise.all([ask(), who()]));
  check();
  return {
    update(state) {
      const n = state.networks.find(x => x.name === name);
      facts.textContent = n
        ? `VLAN ${n.vlan}${n.vni === '' ? '' : `, VNI ${n.vni}`}${n.mtu === '' ? '' : `, MTU ${n.mtu}`}` +
          `${n.subnet ? `, ${n.subnet}` : ''}; on ${n.hosts.join(', ')}` +
          `${n.router ? `; router ${n.router}` : ''}` +
          `${n.gateways.length > 0 ? `; gateway ${n.gateways.join(', ')}` : ''}` +
          `${n.dhcp ? `; DHCP: ${n.dhcp}` : ''}${n.domain ? `; names in ${n.domain}` : ''}`
        : 'The file in force does not declare this network.';
      const carried = state.ports.filter(p => p.networks.includes(name));
      ports.replaceChildren(
        section(
          'Ports that carry the network',
          table(
            [
              ['host', p => el('a', {href: `#/host/${p.host}`}, p.host)],
              ['bridge', p => p.bridge],
              ['port', p => p.port],
              ['mode', p => p.mode],
              ['MTU', p => p.mtu, 'n'],
              ['link', p => p.link],
            ],
            carried.slice(0, 500),
          ),
          carried.length > 500 && el('p', {class: 'note'}, `… and ${carried.length - 500} more`),
        ),
      );
    },
    dispose: asking.dispose,
  };
}
