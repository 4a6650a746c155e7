// The page: selects the view to show, and has the parts that all views share.

import {live} from './api.js';
import {el, text} from './dom.js';
import {signedIn} from './sign-in.js';
import './trial.js';
import * as add from './view-add.js';
import * as network from './view-network.js';
import * as acls from './view-acls.js';
import * as check from './view-check.js';
import * as drops from './view-drops.js';
import * as edit from './view-edit.js';
import * as events from './view-events.js';
import * as history from './view-history.js';
import * as host from './view-host.js';
import * as overview from './view-overview.js';
import * as plan from './view-plan.js';
import * as routers from './view-routers.js';
import * as trace from './view-trace.js';

const PAGES = [
  ['', 'Network', overview.show],
  ['networks', 'Networks', network.list],
  ['routers', 'Routers', routers.show],
  ['acls', 'ACLs', acls.show],
  ['drops', 'Drops', drops.show],
  ['events', 'Events', events.show],
  ['trace', 'Trace', trace.show],
  ['check', 'Check', check.show],
  ['plan', 'Plan', plan.show],
  ['history', 'History', history.show],
];
/** The keys that open the pages, in their order. */
const KEYS = '1234567890';
const MORE = {host: host.show, network: network.show, add: add.show, edit: edit.show};

const view = document.getElementById('view');
const search = document.getElementById('search');
const nav = document.getElementById('nav');
nav.append(
  ...PAGES.map(([path, title], i) =>
    el('a', {href: `#/${path}`, 'data-page': path, title: `${title} (${KEYS[i]})`}, title),
  ),
);

let shown = null;

function current(link, yes) {
  if (yes) {
    link.setAttribute('aria-current', 'page');
  } else {
    link.removeAttribute('aria-current');
  }
}

function show() {
  const [name, ...parts] = decodeURIComponent(location.hash.replace(/^#\/?/, '').split('?')[0]).split('/');
  const page = PAGES.find(([path]) => path === name);
  const open = page?.[2] ?? MORE[name];
  shown?.dispose?.();
  shown = null;
  view.replaceChildren();
  nav.querySelectorAll('a').forEach(a => current(a, a.dataset.page === name));
  if (!open) {
    view.append(el('p', {class: 'empty'}, 'There is no such page.'));
    return;
  }
  document.title = `${page ? page[1] : (parts[0] ?? name)} · Heddle`;
  shown = open(view, parts);
  shown.search?.(search.value);
  if (live.state) {
    shown.update?.(live.state);
  }
}

live.addEventListener('state', () => shown?.update?.(live.state));
live.addEventListener('happened', e => shown?.happened?.(e.detail));
live.addEventListener('lost', () => {
  const note = document.getElementById('lost');
  note.hidden = !live.lost;
  text(
    note,
    live.lost
      ? 'The controller does not answer. This page shows the last known state. ' +
          'Traffic continues without the controller.'
      : '',
  );
});
addEventListener('hashchange', show);
search.addEventListener('input', () => shown?.search?.(search.value));

function theme(next) {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const now = document.documentElement.dataset.theme ?? (dark ? 'dark' : 'light');
  const chosen = next ?? (now === 'dark' ? 'light' : 'dark');
  document.documentElement.dataset.theme = chosen;
  localStorage.setItem('heddle-theme', chosen);
}

if (localStorage.getItem('heddle-theme')) {
  theme(localStorage.getItem('heddle-theme'));
}
document.getElementById('theme').addEventListener('click', () => theme());
document.getElementById('help').addEventListener('click', () => document.getElementById('keys').showModal());

addEventListener('keydown', e => {
  const typing = e.target.closest?.('input, textarea, select');
  if (e.key === 'Escape' && e.target === search) {
    search.value = '';
    shown?.search?.('');
    search.blur();
  } else if (typing || e.ctrlKey || e.metaKey || e.altKey) {
    return;
  } else if (e.key === '/') {
    e.preventDefault();
    search.focus();
  } else if (e.key === '?') {
    document.getElementById('keys').showModal();
  } else if (e.key === 't') {
    theme();
  } else if (e.key.length === 1 && KEYS.includes(e.key)) {
    location.hash = `#/${PAGES[KEYS.indexOf(e.key)][0]}`;
  }
});

// A controller that does not answer is no reason to ask for a token: the page says so as always.
signedIn()
  .catch(() => {})
  .then(() => {
    show();
    live.start();
  });
