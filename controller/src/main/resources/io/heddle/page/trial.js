// The bar about a version on trial, which goes back by itself unless somebody keeps it.

import {live, post} from './api.js';
import {el, trouble} from './dom.js';

const bar = document.getElementById('trial');
let shown = null;

live.addEventListener('state', () => {
  const trial = live.state.status.trial;
  // Drawn once, so that a button does not go while somebody presses it.
  if (trial?.version !== shown) {
    shown = trial?.version;
    bar.hidden = !trial;
    bar.replaceChildren(...(trial ? parts(trial) : []));
  }
});

function parts(trial) {
  const until = new Date(trial.until).toLocaleTimeString();
  const before = trial.before === 0 ? 'the empty network' : `version ${trial.before}`;
  return [
    el('span', {}, `Version ${trial.version} of ${trial.author} is on trial: ${before} comes back at ${until}.`),
    button('Keep it', `versions/${trial.version}/confirm?author=page`),
    ...(trial.before > 0 ? [button('Go back now', `rollback/${trial.before}?author=page`)] : []),
  ];
}

function button(label, path) {
  return el('button', {type: 'button', onclick: () => send(path)}, label);
}

async function send(path) {
  try {
    await post(path);
  } catch (e) {
    bar.append(trouble(e));
  }
  live.look();
}
