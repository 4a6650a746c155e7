// Reachability between ports, and findings that contradict the file.

import {get} from './api.js';
import {el, section, table, trouble} from './dom.js';

/** The pairs of networks that reach each other, a row each. */
export function reachTable(rows) {
  return table(
    [
      ['from', r => r.from],
      ['to', r => r.to],
      ['pairs of ports', r => r.pairs, 'n'],
      ['such as', r => r.example],
      ['frames', r => r.frames],
      [
        'except',
        r =>
          Object.entries(r.dropped)
            .map(([why, what]) => `${why}: ${what}`)
            .join('; '),
      ],
    ],
    rows,
    'No port reaches another port.',
  );
}

export function show(view) {
  const box = el('div', {}, el('p', {class: 'empty'}, 'Checking …'));
  view.append(el('h1', {}, 'Check'), box);
  get('check')
    .then(answer =>
      box.replaceChildren(
        section(
          'Findings',
          table(
            [
              ['', f => el('span', {class: `badge ${f.severity}`}, f.severity)],
              ['kind', f => f.kind],
              ['where', f => f.place],
              ['what', f => f.text],
            ],
            answer.findings,
            'The check found nothing.',
          ),
        ),
        section('Reachability', reachTable(answer.reach)),
      ),
    )
    .catch(e => box.replaceChildren(trouble(e)));
  return {};
}
