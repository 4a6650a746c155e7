// Draws the network: hosts as cards, with bridges and ports in them and tunnels between them. Colour shows state, width
// shows traffic.

import {ALL_TUNNELS, live} from './api.js';
import {HostGroup} from './host-group.js';
import {el, hue, rate, svg, width} from './dom.js';

/** A bridge with more ports than this shows them without names. */
const NAMED_PORTS = 16;
/** With more hosts than this, groups begin closed, so that all of them fit on a screen. */
const MOST_OPEN = 60;

function key(...parts) {
  return parts.join('/');
}

/** The prefix that a host's name shares with its neighbours: rack1 for rack1-hv07 and rack1-hv08. */
function family(name) {
  return name.replace(/[-_.]?[a-z]*\d*$/, '') || name.replace(/\d+$/, '') || name;
}

const GROUPS = {
  none: () => '',
  name: host => family(host.name),
  state: host => host.state,
};

export class Picture {
  #root;
  #cards = new Map();
  #ports = new Map();
  #groups = [];
  /** The port of each interface: a bond's members appear one by one. */
  #devices = new Map();
  #lines;
  #grid;
  #shape = '';
  #state = null;
  #pointed = null;
  #way = null;
  #resized;

  /**
   * @param only names of the hosts to draw; all by default
   */
  constructor({only = null, grouping = 'none'} = {}) {
    this.only = only;
    this.grouping = grouping;
    this.words = '';
    this.#lines = svg('svg', {class: 'lines', 'aria-hidden': 'true'});
    this.#grid = el('div', {class: 'grid'});
    this.#root = el('div', {class: 'picture'}, this.#lines, this.#grid);
    this.#resized = new ResizeObserver(() => this.#draw());
    this.#resized.observe(this.#grid);
    this.#root.addEventListener('keydown', e => this.#walk(e));
  }

  get element() {
    return this.#root;
  }

  dispose() {
    this.#resized.disconnect();
  }

  /** Shows the current state of the network. */
  update(state) {
    this.#state = state;
    const hosts = state.hosts.filter(h => !this.only || this.only.has(h.name));
    const shape = JSON.stringify([
      this.grouping,
      hosts.map(h => [h.name, GROUPS[this.grouping](h)]),
      state.bridges.map(b => [b.host, b.name]),
      state.ports.map(p => [p.host, p.bridge, p.port, p.interface]),
    ]);
    if (shape !== this.#shape) {
      this.#shape = shape;
      this.#build(hosts, state);
    }
    this.#refresh(state);
    this.search(this.words);
  }

  #build(hosts, state) {
    this.#cards.clear();
    this.#ports.clear();
    this.#devices.clear();
    this.#groups = [];
    const bridges = Map.groupBy(state.bridges, b => b.host);
    const ports = Map.groupBy(state.ports, p => key(p.host, p.bridge));
    const groups = Map.groupBy(hosts, GROUPS[this.grouping]);
    this.#grid.replaceChildren(
      ...[...groups]
        .sort(([a], [b]) => a.localeCompare(b, 'en', {numeric: true}))
        .map(([name, members]) => {
          const cards = el(
            'div',
            {class: 'cards'},
            members.map(h => this.#card(h, bridges.get(h.name) ?? [], ports)),
          );
          if (name === '') {
            return cards;
          }
          const group = new HostGroup(
            name,
            members.map(h => h.name),
            cards,
            hosts.length <= MOST_OPEN,
            () => this.#draw(),
          );
          this.#groups.push(group);
          return group.element;
        }),
    );
  }

  #card(host, bridges, ports) {
    const state = el('span', {class: 'dot'});
    const card = el(
      'article',
      {
        class: 'card',
        tabindex: 0,
        'data-host': host.name,
        'aria-label': `host ${host.name}`,
        onclick: e => e.target.closest('a') || (location.hash = `#/host/${host.name}`),
        onkeydown: e => e.key === 'Enter' && (location.hash = `#/host/${host.name}`),
        onpointerenter: () => this.#point(host.name),
        onpointerleave: () => this.#point(null),
        onfocus: () => this.#point(host.name),
      },
      el('h3', {}, state, host.name),
      bridges.map(b => this.#bridge(host, b, ports.get(key(host.name, b.name)) ?? [])),
    );
    this.#cards.set(host.name, {card, state, words: `${host.name} ${host.address}`.toLowerCase()});
    return card;
  }

  #bridge(host, bridge, rows) {
    const byPort = Map.groupBy(rows, p => p.port);
    const bar = el('div', {class: 'bar', title: `bridge ${bridge.name}`}, el('span', {}, bridge.name));
    const wire = el('span', {class: 'wire'});
    const foot = el('div', {class: 'port foot', hidden: true}, wire, el('span', {class: 'pill'}, '⇄'));
    this.#ports.set(key(host.name, bridge.name, ''), {bar, wire, foot});
    return el(
      'div',
      {class: byPort.size > NAMED_PORTS ? 'bridge dense' : 'bridge', 'data-bridge': key(host.name, bridge.name)},
      bar,
      el(
        'div',
        {class: 'ports'},
        [...byPort].map(([name, interfaces]) => this.#port(host, bridge, name, interfaces)),
        foot,
      ),
    );
  }

  #port(host, bridge, name, interfaces) {
    const wire = el('span', {class: 'wire'});
    const members = interfaces.length > 1 ? interfaces.map(i => el('i', {class: 'member', title: i.interface})) : [];
    interfaces.forEach(i =>
      this.#devices.set(key(host.name, bridge.name, i.interface), key(host.name, bridge.name, name)),
    );
    const pill = el('a', {class: 'pill', href: `#/host/${host.name}`, tabindex: -1}, el('b', {}, name), members);
    const box = el('div', {class: 'port', 'data-port': key(host.name, bridge.name, name)}, wire, pill);
    const networks = interfaces[0].networks;
    pill.style.setProperty('--hue', hue(networks[0] ?? ''));
    pill.classList.toggle('trunk', networks.length > 1);
    this.#ports.set(key(host.name, bridge.name, name), {
      box,
      pill,
      wire,
      members,
      drawn: '',
      words: `${name} ${interfaces.map(i => `${i.interface} ${i.mac}`).join(' ')} ${networks.join(' ')}`.toLowerCase(),
    });
    return box;
  }

  /** Updates only changed elements: there may be thousands of ports. */
  #refresh(state) {
    for (const h of state.hosts) {
      const c = this.#cards.get(h.name);
      if (c) {
        const mood = h.trouble && h.state !== 'pending' ? 'refused' : h.state;
        c.state.className = `dot ${mood}`;
        c.state.title = h.trouble || mood;
        c.card.dataset.state = mood;
      }
    }
    const moods = new Map([...this.#cards].map(([name, c]) => [name, c.card.dataset.state]));
    this.#groups.forEach(g => g.update(moods));
    for (const b of state.bridges) {
      const bar = this.#ports.get(key(b.host, b.name, ''))?.bar;
      bar?.setAttribute('class', `bar ${b.state}`);
    }
    for (const [name, rows] of Map.groupBy(state.ports, p => key(p.host, p.bridge, p.port))) {
      const port = this.#ports.get(name);
      if (port) {
        this.#refreshPort(port, rows, state);
      }
    }
    const sent = new Map();
    for (const t of state.tunnels) {
      const bridge = key(t.host, t.bridge, '');
      sent.set(bridge, (sent.get(bridge) ?? 0) + t.rate);
    }
    sent.forEach((bits, bridge) => {
      const port = this.#ports.get(bridge);
      if (port) {
        port.foot.hidden = false;
        port.foot.title = `tunnels, sent ${rate(bits)}`;
        port.wire.style.setProperty('--width', `${width(bits)}px`);
      }
    });
    this.#draw();
  }

  #refreshPort(port, rows, state) {
    const rx = rows.reduce((sum, r) => sum + r.rxRate, 0);
    const tx = rows.reduce((sum, r) => sum + r.txRate, 0);
    const links = rows.map(r => (r.error ? 'bad' : r.link === 'up' ? 'up' : r.link === 'down' ? 'down' : 'unknown'));
    const whole = links.includes('bad') ? 'bad' : links.every(l => l === links[0]) ? links[0] : 'degraded';
    const drawn = `${whole} ${links} ${rx} ${tx}`;
    if (drawn === port.drawn) {
      return;
    }
    port.drawn = drawn;
    port.box.dataset.link = whole;
    port.wire.style.setProperty('--width', `${width(rx + tx)}px`);
    const bond = rows.length > 1 && state.bonds.find(b => b.host === rows[0].host && b.bond === rows[0].port);
    port.members.forEach((m, i) => {
      m.className = `member ${links[i]}${bond && bond.active === rows[i].interface ? ' active' : ''}`;
    });
    port.pill.title =
      `${rows[0].port}: ${rows[0].networks.join(', ')} (${rows[0].mode}), in ${rate(rx)}, out ${rate(tx)}` +
      rows
        .filter(r => r.error)
        .map(r => `, ${r.error}`)
        .join('');
  }

  /** Shows only hosts that match all words, or that have a port that does. */
  search(words) {
    this.words = words;
    const wanted = words
      .toLowerCase()
      .split(/\s+/)
      .filter(w => w !== '');
    const found = new Set();
    for (const [name, p] of this.#ports) {
      const hit = p.words !== undefined && wanted.length > 0 && wanted.every(w => p.words.includes(w));
      p.box?.classList.toggle('hit', hit);
      if (hit) {
        found.add(name.split('/')[0]);
      }
    }
    const shown = new Set();
    for (const [name, c] of this.#cards) {
      c.card.hidden = wanted.length > 0 && !found.has(name) && !wanted.every(w => c.words.includes(w));
      if (!c.card.hidden) {
        shown.add(name);
      }
    }
    this.#groups.forEach(g => g.search(wanted.length > 0 ? shown : null));
    this.#draw();
  }

  #point(host) {
    this.#pointed = host;
    live.attendTo(host);
    this.#draw();
  }

  /** Arrow keys move the focus between cards by their positions on the screen. */
  #walk(e) {
    const direction = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[e.key];
    const from = document.activeElement?.closest('.card');
    if (!direction || !from) {
      return;
    }
    e.preventDefault();
    const here = from.getBoundingClientRect();
    let best = null;
    let least = Infinity;
    for (const {card} of this.#cards.values()) {
      const there = card.getBoundingClientRect();
      const dx = there.left - here.left;
      const dy = there.top - here.top;
      const along = dx * direction[0] + dy * direction[1];
      const across = Math.abs(dx * direction[1]) + Math.abs(dy * direction[0]);
      if (!card.hidden && along > 1 && along + 3 * across < least) {
        least = along + 3 * across;
        best = card;
      }
    }
    best?.focus();
  }

  /** Draws the path of a traced frame on top. */
  way(trace) {
    this.#way = trace;
    this.#draw();
  }

  #middle(node) {
    if (!node) {
      return null;
    }
    const frame = this.#root.getBoundingClientRect();
    const box = node.getBoundingClientRect();
    return box.width === 0 ? null : [box.left + box.width / 2 - frame.left, box.top + box.height / 2 - frame.top];
  }

  /** The element of a port; the element of its bridge if the file does not have the port, such as a tunnel port. */
  #place(path) {
    const at = path.split('/');
    const bridge = this.#ports.get(key(at[0], at[1], ''));
    const tunnel = at[2] && !this.#devices.has(path) && !this.#ports.has(path);
    return (
      this.#ports.get(path)?.pill ??
      this.#ports.get(this.#devices.get(path))?.pill ??
      (tunnel && !bridge?.foot.hidden ? bridge?.foot : null) ??
      bridge?.bar ??
      this.#cards.get(at[0])?.card
    );
  }

  #draw() {
    if (!this.#state || !this.#root.isConnected) {
      return;
    }
    const lines = this.#way ? this.#wayLines() : this.#tunnelLines();
    this.#lines.classList.toggle('above', this.#way !== null);
    this.#lines.replaceChildren(...lines);
  }

  #tunnelLines() {
    const all = this.#cards.size <= ALL_TUNNELS;
    const pairs = new Map();
    for (const t of this.#state.tunnels) {
      if (
        !this.#cards.has(t.host) ||
        !this.#cards.has(t.peer) ||
        (!all && t.host !== this.#pointed && t.peer !== this.#pointed)
      ) {
        continue;
      }
      const name = [t.host, t.peer].sort().join(' ');
      const pair = pairs.get(name) ?? {a: t, rate: 0, down: false};
      pair.rate += t.rate;
      pair.down ||= t.state === 'down';
      pairs.set(name, pair);
    }
    return [...pairs.values()].flatMap(({a, rate: bits, down}) => {
      const from = this.#foot(a.host, a.bridge);
      const back = this.#state.tunnels.find(t => t.host === a.peer && t.peer === a.host);
      const to = this.#foot(a.peer, back?.bridge ?? this.#state.bridges.find(b => b.host === a.peer)?.name);
      if (!from || !to) {
        return [];
      }
      const low = Math.max(from[1], to[1]) + 30 + Math.abs(from[0] - to[0]) / 14;
      const kind = down
        ? 'down'
        : this.#cards.get(a.host).card.dataset.state === 'pending' ||
            this.#cards.get(a.peer).card.dataset.state === 'pending'
          ? 'pending'
          : 'up';
      const path = svg('path', {
        class: `tunnel ${kind}${this.#pointed === a.host || this.#pointed === a.peer ? ' pointed' : ''}`,
        'data-tunnel': `${a.host} ${a.peer}`,
        d: `M${from} C${from[0]},${low} ${to[0]},${low} ${to}`,
      });
      path.style.strokeWidth = `${width(bits)}px`;
      return [path];
    });
  }

  /** The position at which a bridge's tunnels leave its card. */
  #foot(host, bridge) {
    const foot = this.#ports.get(key(host, bridge, ''))?.foot;
    const {card} = this.#cards.get(host);
    const at = foot && !card.hidden ? (this.#middle(foot) ?? this.#middle(card)) : null;
    return at && [at[0], card.getBoundingClientRect().bottom - this.#root.getBoundingClientRect().top];
  }

  /** The lines of a traced frame: from its first port along bridges and between cards, to where all its copies end. */
  #wayLines() {
    const {hops, ends} = this.#way;
    const out = [];
    hops.forEach((hop, i) => {
      const from = hop.from && hops.slice(0, i).findLast(h => hop.from.startsWith(`${h.at}/`));
      const entry = this.#place(`${hop.at}/${hop.port}`);
      if (from) {
        const exit = hop.kind === 'tunnel' ? this.#ports.get(`${from.at}/`)?.foot : this.#place(hop.from);
        out.push(this.#thread(from, exit), this.#curve(exit ?? this.#place(`${from.at}/`), entry));
      }
      for (const end of ends.filter(e => e.at === hop.at || e.at.startsWith(`${hop.at}/`))) {
        const lost = end.fate === 'DROPPED' || end.fate === 'LOOPED';
        const at = this.#middle(this.#place(lost ? `${hop.at}/` : end.at));
        out.push(
          this.#thread(hop, lost ? null : this.#place(end.at)),
          at &&
            (lost
              ? svg('path', {class: 'cross', d: `M${at[0] - 9},${at[1] - 9} l18,18 m0,-18 l-18,18`})
              : svg('circle', {class: 'ring', cx: at[0], cy: at[1], r: 17})),
        );
      }
    });
    return out.filter(line => line);
  }

  /** A line from the entry port to the bridge, along it, and to the exit; without exit, it ends on the bridge. */
  #thread(hop, exit) {
    const a = this.#middle(this.#place(`${hop.at}/${hop.port}`));
    const bar = this.#middle(this.#place(`${hop.at}/`));
    const b = this.#middle(exit);
    return a && bar && svg('path', {class: 'way', d: `M${a} V${bar[1]} H${b ? b[0] : bar[0]}${b ? ` V${b[1]}` : ''}`});
  }

  #curve(from, to) {
    const a = this.#middle(from);
    const b = this.#middle(to);
    const low = a && b && Math.max(a[1], b[1]) + 60;
    return a && b && svg('path', {class: 'way', d: `M${a} C${a[0]},${low} ${b[0]},${low} ${b}`});
  }
}

/** The meaning of the colours and widths. */
export function legend() {
  const line = bits => {
    const s = svg('svg', {width: 26, height: 10}, svg('path', {class: 'tunnel up', d: 'M0,5 H26'}));
    s.firstChild.style.strokeWidth = `${width(bits)}px`;
    return s;
  };
  const entry = (mark, words) => el('span', {}, mark, words);
  return el(
    'p',
    {class: 'legend'},
    entry(el('span', {class: 'dot in-sync'}), 'in sync'),
    entry(el('span', {class: 'dot changing'}), 'changing'),
    entry(el('span', {class: 'dot pending'}), 'away'),
    entry(el('span', {class: 'dot refused'}), 'refused'),
    entry(line(1e5), rate(1e5)),
    entry(line(1e9), rate(1e9)),
  );
}
