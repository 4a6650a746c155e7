// A group of hosts in the picture: one line with the state of each host, and the hosts themselves when it is open.

import {el, text} from './dom.js';

const WORDS = {'in-sync': 'in sync', changing: 'changing', pending: 'away', refused: 'refused'};

export class HostGroup {
  #counts = el('span', {class: 'count'});
  #dots = new Map();
  #chosen;

  /**
   * @param hosts names of the hosts
   * @param open whether the hosts are shown until somebody closes them
   * @param toggled called when the hosts appear or go
   */
  constructor(name, hosts, cards, open, toggled) {
    this.hosts = hosts;
    this.#chosen = open;
    hosts.forEach(h => this.#dots.set(h, el('i', {class: 'dot'})));
    this.element = el(
      'details',
      {open, class: 'group', ontoggle: toggled},
      el(
        'summary',
        {onclick: () => (this.#chosen = !this.element.open)},
        `${name} `,
        this.#counts,
        el('span', {class: 'dots', 'aria-hidden': 'true'}, ...this.#dots.values()),
      ),
      cards,
    );
  }

  /** @param moods the state of each host by name */
  update(moods) {
    const counts = new Map();
    for (const [host, dot] of this.#dots) {
      const mood = moods.get(host) ?? 'pending';
      counts.set(mood, (counts.get(mood) ?? 0) + 1);
      if (dot.dataset.mood !== mood) {
        dot.dataset.mood = mood;
        dot.className = `dot ${mood}`;
        dot.title = `${host}: ${WORDS[mood] ?? mood}`;
      }
    }
    const parts = [...counts].map(([mood, n]) => `${n} ${WORDS[mood] ?? mood}`);
    text(this.#counts, `${this.hosts.length} host${this.hosts.length === 1 ? '' : 's'}: ${parts.join(', ')}`);
  }

  /** While somebody searches, shows the group only if it has a hit, and open. @param hits null if nobody does */
  search(hits) {
    const hit = hits === null || this.hosts.some(h => hits.has(h));
    this.element.hidden = !hit;
    const open = hits === null ? this.#chosen : hit;
    if (this.element.open !== open) {
      this.element.open = open;
    }
  }
}
