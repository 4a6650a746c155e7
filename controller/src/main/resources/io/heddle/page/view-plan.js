// Plans a pasted or dropped file, and then applies it.

import {get, postFile, putFile} from './api.js';
import {el, trouble} from './dom.js';
import {planned} from './plan-text.js';

const TRIAL_SECONDS = 60;

export function show(view) {
  const file = el('textarea', {
    rows: 18,
    spellcheck: 'false',
    'aria-label': 'Network file',
    placeholder: 'Paste a network file, or drop one here.',
  });
  const answer = el('div', {'aria-live': 'polite'});
  const apply = el('button', {type: 'button', hidden: true, onclick: put}, 'Apply this plan');
  const trial = el('input', {type: 'checkbox'});
  let plan = null;

  file.addEventListener('input', () => forget());
  file.addEventListener('dragover', e => e.preventDefault());
  file.addEventListener('drop', async e => {
    if (e.dataTransfer.files.length > 0) {
      e.preventDefault();
      file.value = await e.dataTransfer.files[0].text();
      ask();
    }
  });

  function forget() {
    plan = null;
    apply.hidden = true;
  }

  async function ask() {
    forget();
    answer.replaceChildren(el('p', {class: 'empty'}, 'Planning …'));
    try {
      plan = await postFile('plan', file.value);
      answer.replaceChildren(planned(plan));
      apply.hidden = plan.empty && plan.base > 0;
    } catch (e) {
      answer.replaceChildren(trouble(e));
    }
  }

  /** Applies exactly the shown plan: from the same version, with the same fingerprint. */
  async function put() {
    const {base, fingerprint} = plan;
    forget();
    answer.replaceChildren(el('p', {class: 'empty'}, 'Applying …'));
    try {
      const done = await putFile(
        `network?base=${base}&fingerprint=${encodeURIComponent(fingerprint)}&author=page` +
          (trial.checked ? `&trial=${TRIAL_SECONDS}` : ''),
        file.value,
      );
      answer.replaceChildren(
        el('p', {}, `Version ${done.version}: ${done.state}.`),
        ...(done.errors.length > 0
          ? [trouble({message: 'Refused:', errors: [], findings: done.errors.map(text => ({text}))})]
          : []),
      );
    } catch (e) {
      answer.replaceChildren(trouble(e));
    }
  }

  async function current() {
    const files = Object.values((await get('network')).files);
    if (files.length > 1) {
      answer.replaceChildren(
        el(
          'p',
          {class: 'note'},
          'Several files declare the network, but this page can change only one file. Use heddle apply.',
        ),
      );
    } else {
      file.value = files[0] ?? 'heddle: v1\n';
      forget();
    }
  }

  view.append(
    el('h1', {}, 'Plan'),
    file,
    el(
      'div',
      {class: 'tools'},
      el('button', {type: 'button', class: 'first', onclick: ask}, 'Plan'),
      apply,
      el('label', {}, trial, ' go back after a minute, unless I keep it'),
      el('button', {type: 'button', onclick: current}, 'Load the file in force'),
    ),
    answer,
  );
  return {};
}
