// A frame's path and its reasons, as text and on the picture.

import {live, post} from './api.js';
import {el, section, table, trouble} from './dom.js';
import {Picture} from './picture.js';

export function show(view) {
  const names = el('datalist', {id: 'ports'});
  const field = (name, label, hint, needed) =>
    el(
      'label',
      {},
      label,
      el('input', {name, placeholder: hint, list: name === 'match' ? null : 'ports', required: needed}),
    );
  const form = el(
    'form',
    {class: 'question', onsubmit: ask},
    field('from', 'from port', 'hv1/vm1', true),
    field('to', 'to port', 'hv2/vm2', false),
    field('match', 'headers', 'tcp,tp_dst=22', false),
    el('label', {class: 'check'}, el('input', {type: 'checkbox', name: 'real'}), 'also send the frame'),
    el('button', {class: 'first'}, 'Trace'),
  );
  const answer = el('div', {'aria-live': 'polite'});
  let picture = null;
  view.append(el('h1', {}, 'Trace'), names, form, answer);

  async function ask(e) {
    e.preventDefault();
    const data = new FormData(form);
    answer.replaceChildren(el('p', {class: 'empty'}, 'Tracing …'));
    picture?.dispose();
    picture = null;
    try {
      draw(
        await post('trace', {
          from: data.get('from'),
          to: data.get('to'),
          match: data.get('match'),
          real: data.get('real') === 'on',
        }),
      );
    } catch (problem) {
      answer.replaceChildren(trouble(problem));
    }
  }

  function draw(trace) {
    const hosts = new Set(trace.hops.map(h => h.at.split('/')[0]).concat(trace.ends.map(x => x.at.split('/')[0])));
    picture = new Picture({only: hosts});
    const delivered = trace.ends.some(x => x.fate === 'DELIVERED' || x.fate === 'ANSWERED' || x.fate === 'OUTSIDE');
    answer.replaceChildren(
      el('p', {class: delivered ? 'sentence' : 'sentence bad', id: 'sentence'}, trace.sentence),
      picture.element,
      ...(trace.real ? [section('The sent frame', el('pre', {}, JSON.stringify(trace.real, null, 2)))] : []),
      ...trace.notes.map(n => el('p', {class: 'note'}, n)),
      el('p', {class: 'note'}, el('code', {}, trace.frame)),
      ...trace.hops.map(h =>
        section(
          `${h.at}, ${h.via || `by ${h.port}`}`,
          table(
            [
              ['table', s => s.table],
              ['why', s => s.reason],
              ['where', s => s.place],
              ['flow', s => el('code', {}, s.flow)],
            ],
            h.steps,
          ),
          el('p', {}, `${h.outcome}.`),
        ),
      ),
    );
    if (live.state) {
      picture.update(live.state);
    }
    picture.way(trace);
  }

  return {
    update(state) {
      if (names.children.length !== state.ports.length) {
        names.replaceChildren(...state.ports.map(p => el('option', {value: `${p.host}/${p.port}`})));
      }
      picture?.update(state);
    },
    dispose: () => picture?.dispose(),
  };
}
