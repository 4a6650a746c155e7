// All networks, or one of them: its MTU, its members and their places, and the frames that each switch sent to them.

import {get, polling} from './api.js';
import {el, hue, number, section, table} from './dom.js';
import {reachTable} from './view-check.js';

function swatch(name) {
  const mark = el('i', {class: 'swatch'});
  mark.style.setProperty('--hue', hue(name));
  return mark;
}

export function list(view) {
  const box = el('div', {});
  view.append(el('h1', {}, 'Networks'), box);
  let words = '';
  let latest = null;
  function draw() {
    const rows = latest.networks.filter(n =>
      `${n.name} ${n.vlan} ${n.vni} ${n.subnet}`.toLowerCase().includes(words.toLowerCase()),
    );
    box.replaceChildren(
      table(
        [
          ['network', n => el('a', {href: `#/network/${n.name}`}, swatch(n.name), n.name)],
          ['VLAN', n => n.vlan, 'n'],
          ['VNI', n => n.vni, 'n'],
          ['MTU', n => n.mtu, 'n'],
          ['subnet', n => n.subnet],
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
  const members = el('div', {});
  const ports = el('div', {});
  const reach = el('div', {});
  view.append(el('h1', {}, swatch(name), `Network ${name}`), facts, members, ports, reach);

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

  async function check() {
    const rows = (await get('check')).reach.filter(r => r.from === name || r.to === name);
    reach.replaceChildren(section('Reachability according to the file', reachTable(rows)));
  }

  const asking = polling(ask);
  check();
  return {
    update(state) {
      const n = state.networks.find(x => x.name === name);
      facts.textContent = n
        ? `VLAN ${n.vlan}${n.vni === '' ? '' : `, VNI ${n.vni}`}${n.mtu === '' ? '' : `, MTU ${n.mtu}`}` +
          `${n.subnet ? `, ${n.subnet}` : ''}; on ${n.hosts.join(', ')}`
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
