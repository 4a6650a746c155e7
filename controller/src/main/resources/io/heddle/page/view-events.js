// Live events.

import {live} from './api.js';
import {ago, el, table} from './dom.js';

const MOST = 300;

export function show(view) {
  const kind = el('select', {'aria-label': 'Kind of event', onchange: draw});
  const box = el('div', {class: 'events'});
  let words = '';
  view.append(el('div', {class: 'tools'}, el('h1', {}, 'Events'), kind), box);

  function draw() {
    const kinds = ['', ...new Set(live.events.map(e => e.kind))].sort();
    if (kinds.length !== kind.options.length) {
      const now = kind.value;
      kind.replaceChildren(...kinds.map(k => el('option', {value: k}, k || 'all kinds')));
      kind.value = now;
    }
    const found = live.events.filter(
      e =>
        (kind.value === '' || e.kind === kind.value) &&
        `${e.subject} ${e.text} ${e.kind}`.toLowerCase().includes(words.toLowerCase()),
    );
    box.replaceChildren(
      table(
        [
          ['', e => e.id, 'n'],
          ['when', e => ago(e.time)],
          ['kind', e => el('span', {class: `badge kind-${e.kind}`}, e.kind)],
          ['on', e => e.subject],
          ['what', e => e.text],
        ],
        found.slice(-MOST).reverse(),
        'Nothing has happened.',
      ),
    );
  }

  draw();
  return {
    happened: draw,
    search(text) {
      words = text;
      draw();
    },
  };
}
