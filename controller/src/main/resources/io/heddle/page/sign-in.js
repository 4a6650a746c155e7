// Signs in with a token, if the controller asks for one, and out again.

import {get, post, remove} from './api.js';
import {text} from './dom.js';

/** Resolves once the controller knows who this is. */
export async function signedIn() {
  const me = await get('me');
  if (me.role === 'nobody') {
    await ask();
    return signedIn();
  }
  if (me.name !== 'local') {
    offerSignOut(me);
  }
}

function ask() {
  const dialog = document.getElementById('sign-in');
  const form = dialog.querySelector('form');
  const note = dialog.querySelector('[role=alert]');
  // Escape must not leave an empty page behind.
  dialog.addEventListener('cancel', e => e.preventDefault());
  dialog.showModal();
  return new Promise(done => {
    form.onsubmit = async e => {
      e.preventDefault();
      try {
        await post('session', {token: form.elements.token.value.trim()});
        form.reset();
        dialog.close();
        done();
      } catch (problem) {
        text(note, problem.message);
      }
    };
  });
}

function offerSignOut(me) {
  const button = document.getElementById('sign-out');
  button.title = `Signed in as ${me.name}, ${me.role}: sign out`;
  button.hidden = false;
  button.onclick = async () => {
    await remove('session');
    location.reload();
  };
}
