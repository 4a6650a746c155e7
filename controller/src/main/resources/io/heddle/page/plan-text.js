// A plan on the page, like on the terminal.

import {el} from './dom.js';

function lines(title, of) {
  const parts = Object.entries(of).filter(([, list]) => list.length > 0);
  return parts.flatMap(([name, list]) => [
    el('h3', {}, `${title} ${name}`),
    el(
      'pre',
      {class: 'diff', tabindex: 0},
      list.map(l => {
        const words = typeof l === 'string' ? l : JSON.stringify(l);
        return el('span', {class: words.startsWith('+') ? 'plus' : words.startsWith('-') ? 'minus' : ''}, words);
      }),
    ),
  ]);
}

function list(title, of, kind) {
  return of.length === 0
    ? []
    : [
        el('h3', {class: kind}, title),
        el(
          'ul',
          {},
          of.map(w =>
            el(
              'li',
              {},
              typeof w === 'string'
                ? w
                : `${w.severity ? `${w.severity}: ` : ''}${w.place ? `${w.place}: ` : ''}` +
                    (w.text ?? JSON.stringify(w)),
            ),
          ),
        ),
      ];
}

/** Shows the effects of a plan. */
export function planned(plan) {
  return el(
    'div',
    {class: 'plan'},
    plan.empty
      ? el('p', {class: 'empty'}, 'Nothing to do.')
      : el('p', {}, plan.disturbs.length === 0 ? 'No conversation is disturbed.' : ''),
    ...list('Disturbs', plan.disturbs, 'bad'),
    ...list('Needs confirmation', plan.confirmations, 'bad'),
    ...list('Conflicts', plan.conflicts, 'bad'),
    ...list('Not connected; Heddle changes it when it reconnects', plan.pending),
    ...list('Findings', plan.findings),
    ...list('Notes', plan.notes),
    ...lines('Host', plan.hosts),
    ...lines('Switch', plan.switches),
  );
}
