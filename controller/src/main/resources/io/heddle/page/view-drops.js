// Dropped frames by reason and time.

import {get, polling} from './api.js';
import {ago, el, hue, number, section, svg, swatch, table} from './dom.js';

const WIDE = 720;
const HIGH = 180;
/** Minimum length of the time line in seconds, so that a minute does not look like an hour. */
const LEAST = 600;

/** Stacked bars, one for each time step. */
function chart(history) {
  const reasons = Object.entries(history.reasons);
  const steps = Math.max(LEAST / history.step, ...reasons.map(([, line]) => line.length));
  const total = i => reasons.reduce((sum, [, line]) => sum + (line[i - steps + line.length] ?? 0), 0);
  const most = Math.max(1, ...Array.from({length: steps}, (_, i) => total(i)));
  const bar = WIDE / steps;
  const shapes = [];
  for (let i = 0; i < steps; i++) {
    let y = HIGH;
    for (const [reason, line] of reasons) {
      const frames = line[i - steps + line.length] ?? 0;
      const h = (frames / most) * (HIGH - 10);
      if (h > 0) {
        y -= h;
        const r = svg(
          'rect',
          {x: i * bar, y, width: Math.max(1, bar - 1), height: h, 'data-reason': reason},
          svg('title', {}, `${reason}: ${frames}`),
        );
        r.style.fill = `hsl(${hue(reason)} 60% 52%)`;
        shapes.push(r);
      }
    }
  }
  const minutes = Math.round((steps * history.step) / 60);
  return el(
    'figure',
    {},
    svg(
      'svg',
      {
        viewBox: `0 0 ${WIDE} ${HIGH}`,
        preserveAspectRatio: 'none',
        class: 'chart',
        role: 'img',
        'aria-label': 'Dropped frames over time',
      },
      shapes,
    ),
    el(
      'figcaption',
      {},
      `${minutes} minutes ago`,
      el('span', {}, `at most ${number(most / history.step)} frames per second`),
      'now',
    ),
  );
}

export function show(view) {
  const lines = el('div', {});
  const rows = el('div', {});
  view.append(el('h1', {}, 'Drops'), lines, rows);

  async function ask(words) {
    const [history, drops] = await Promise.all([get('drops/history'), get('drops')]);
    lines.replaceChildren(section('Frames dropped, by reason, over time', chart(history)));
    const found = drops
      .filter(d => `${d.switch} ${d.reason}`.toLowerCase().includes(words.toLowerCase()))
      .sort((a, b) => b.rate - a.rate || b.packets - a.packets);
    rows.replaceChildren(
      section(
        'By switch and reason',
        table(
          [
            ['switch', d => d.switch],
            ['reason', d => el('span', {}, swatch(d.reason), d.reason)],
            ['frames', d => number(d.packets), 'n'],
            ['per second', d => d.rate, 'n'],
            ['last', d => ago(d.lastSeen)],
            ['from port', d => d.lastPort],
            ['last frame', d => el('code', {}, d.lastFrame)],
          ],
          found,
          'Nothing was dropped.',
        ),
      ),
    );
  }

  return polling(ask);
}
