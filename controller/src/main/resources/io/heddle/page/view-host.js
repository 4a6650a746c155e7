// One host: its bridges and ports, tunnels, bonds, MACs and events.

import {get, live, polling} from './api.js';
import {ago, badge, el, number, rate, section, table} from './dom.js';
import {piece} from './form.js';
import {Picture} from './picture.js';

export function show(view, [name]) {
  const head = el('h1', {}, `Host ${name}`);
  const facts = el('p', {class: 'summary'});
  const picture = new Picture({only: new Set([name])});
  const lists = el('div', {});
  const seen = el('div', {});
  view.append(head, facts, picture.element, lists, seen);
  let words = '';
  let latest = null;

  async function more() {
    const [macs, drops] = await Promise.all([get('macs'), get('drops')]);
    const here = row => row.switch === name || row.switch.startsWith(`${name}/`);
    const events = live.events
      .filter(e => e.subject === name || e.subject.startsWith(`${name}/`))
      .slice(-20)
      .reverse();
    seen.replaceChildren(
      section(
        'MACs',
        table(
          [
            ['MAC', m => m.mac],
            ['address', m => m.address],
            ['network', m => m.network],
            ['port', m => m.port],
            ['tunnel from', m => m.via],
          ],
          macs.filter(here),
          'None learnt.',
        ),
      ),
      section(
        'Dropped here',
        table(
          [
            ['reason', d => d.reason],
            ['frames', d => number(d.packets), 'n'],
            ['per second', d => d.rate, 'n'],
            ['last', d => ago(d.lastSeen)],
            ['last frame', d => d.lastFrame],
          ],
          drops.filter(here),
          'Nothing.',
        ),
      ),
      section(
        'Events',
        table(
          [
            ['when', e => ago(e.time)],
            ['kind', e => e.kind],
            ['what', e => e.text],
          ],
          events,
          'None.',
        ),
      ),
    );
  }

  function draw() {
    const host = latest.hosts.find(h => h.name === name);
    if (!host) {
      facts.replaceChildren('The file in force does not declare this host.');
      return;
    }
    facts.replaceChildren(
      badge(host.trouble && host.state !== 'pending' ? 'refused' : host.state),
      ` ${host.ovsdb}`,
      host.trouble ? el('span', {class: 'bad'}, ` ${host.trouble}`) : '',
    );
    const mine = rows => rows.filter(r => r.host === name);
    const ports = mine(latest.ports).filter(p =>
      `${p.port} ${p.interface} ${p.networks} ${p.mac}`.toLowerCase().includes(words.toLowerCase()),
    );
    lists.replaceChildren(
      section(
        'Bridges',
        table(
          [
            ['bridge', b => b.name],
            ['state', b => badge(b.state)],
            ['datapath id', b => b.datapathId],
            ['ports', b => b.ports, 'n'],
            ['flows', b => number(b.flows), 'n'],
            ['networks', b => b.networks],
          ],
          mine(latest.bridges),
        ),
      ),
      section(
        'Ports',
        table(
          [
            ['port', p => p.port],
            ['interface', p => p.interface],
            // A port without a host is no piece of a bridge.
            [
              '',
              p => (p.state === '' ? el('a', {href: `#/edit/port/${piece(p.host, p.bridge, p.port)}`}, 'change') : ''),
            ],
            ['bridge', p => p.bridge],
            ['networks', p => p.networks],
            ['mode', p => p.mode],
            ['link', p => badge(p.error ? 'refused' : p.link)],
            ['MTU', p => p.mtu, 'n'],
            ['in', p => rate(p.rxRate), 'n'],
            ['out', p => rate(p.txRate), 'n'],
            ['frames in', p => number(p.rxPackets), 'n'],
            ['frames out', p => number(p.txPackets), 'n'],
            ['dropped', p => number(p.rxDropped + p.txDropped), 'n'],
            ['error', p => p.error],
          ],
          ports,
          'No such port.',
        ),
      ),
      section(
        'Bonds',
        table(
          [
            ['bond', b => b.bond],
            ['mode', b => b.mode],
            ['members', b => b.members],
            ['up', b => b.up],
            ['active', b => b.active],
            ['LACP', b => b.lacp],
            ['partner on', b => b.partner],
          ],
          mine(latest.bonds),
          'None.',
        ),
      ),
      section(
        'Tunnels',
        table(
          [
            ['to', t => el('a', {href: `#/host/${t.peer}`}, t.peer)],
            ['type', t => t.type],
            ['from', t => t.local],
            ['to address', t => t.remote],
            ['MTU', t => t.mtu, 'n'],
            ['networks', t => t.networks],
            ['state', t => t.state],
            ['sent', t => rate(t.rate), 'n'],
          ],
          mine(latest.tunnels),
          'None.',
        ),
      ),
    );
  }

  const asking = polling(more);
  live.attendTo(name);
  return {
    update(state) {
      latest = state;
      picture.update(state);
      draw();
    },
    search(text) {
      words = text;
      if (latest) {
        draw();
      }
    },
    dispose() {
      asking.dispose();
      live.attendTo(null);
      picture.dispose();
    },
  };
}
