// A change that is planned first: shows its plan, and does exactly what the plan says, on trial if the user likes.

import {live, sendPiece} from './api.js';
import {el, trouble} from './dom.js';
import {planned} from './plan-text.js';

const TRIAL_SECONDS = 60;

/**
 * Plans a change and offers to apply it.
 *
 * @param box the element that shows the plan, the questions and the outcome
 * @param change {method, path, value, headers}: a request that takes dryRun, fingerprint and trial
 * @param done called after the change has been accepted
 */
export async function propose(box, change, done) {
  const {method, path, value, headers} = change;
  const send = query => sendPiece(method, `${path}?${new URLSearchParams(query)}`, value, headers);
  box.replaceChildren(el('p', {class: 'empty'}, 'Planning …'));
  let plan;
  try {
    plan = await send({dryRun: true});
  } catch (e) {
    box.replaceChildren(trouble(e));
    return;
  }
  const trial = el('input', {type: 'checkbox', name: 'trial'});
  async function apply() {
    const query = {fingerprint: plan.fingerprint, author: 'page'};
    // A piece goes into the latest version; a rollback replaces all that others have changed since.
    if (path.startsWith('rollback/')) {
      query.base = plan.base;
    }
    if (trial.checked) {
      query.trial = TRIAL_SECONDS;
    }
    box.replaceChildren(el('p', {class: 'empty'}, 'Applying …'));
    try {
      const answer = await send(query);
      box.replaceChildren(
        el('p', {role: 'status'}, `Version ${answer.version}: ${answer.state}.`),
        ...(answer.errors.length > 0
          ? [trouble({message: 'Refused:', findings: answer.errors.map(text => ({text}))})]
          : []),
      );
      live.look();
      done?.(answer);
    } catch (e) {
      box.replaceChildren(trouble(e));
    }
  }
  box.replaceChildren(
    planned(plan),
    el(
      'div',
      {class: 'tools'},
      el('button', {type: 'button', class: 'first', onclick: apply}, 'Apply this plan'),
      el('label', {}, trial, ' go back after a minute, unless I keep it'),
      el('button', {type: 'button', onclick: () => box.replaceChildren()}, 'Cancel'),
    ),
  );
}
