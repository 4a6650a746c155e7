// All accepted versions, their changes, and rollbacks.

import {get} from './api.js';
import {ago, el, section, table} from './dom.js';
import {propose} from './proposal.js';

export function show(view, [version]) {
  const rows = el('div', {});
  const detail = el('div', {'aria-live': 'polite'});
  view.append(el('h1', {}, 'History'), detail, rows);
  let words = '';

  async function ask() {
    const versions = (await get('history')).reverse();
    const found = versions.filter(v =>
      `${v.version} ${v.author} ${v.message}`.toLowerCase().includes(words.toLowerCase()),
    );
    rows.replaceChildren(
      table(
        [
          ['version', v => el('a', {href: `#/history/${v.version}`}, String(v.version)), 'n'],
          ['when', v => ago(v.time)],
          ['who', v => v.author],
          ['why', v => v.message],
          [
            '',
            v =>
              v.version === versions[0].version
                ? 'in force'
                : el('a', {class: 'button', href: `#/history/${v.version}`}, 'show'),
          ],
        ],
        found.slice(0, 500),
        'No version has been applied yet.',
      ),
    );
  }

  function diff(lines) {
    return lines.length === 0
      ? el('p', {class: 'empty'}, 'No difference.')
      : el(
          'pre',
          {class: 'diff', tabindex: 0},
          lines.map(l =>
            el(
              'span',
              {class: l.startsWith('+') ? 'plus' : l.startsWith('-') ? 'minus' : l.startsWith('@') ? 'hunk' : ''},
              l,
            ),
          ),
        );
  }

  async function open(n) {
    const versions = await get('history');
    const at = versions.findIndex(v => v.version === n);
    if (at < 0) {
      detail.replaceChildren(el('p', {class: 'empty'}, `There is no version ${n}.`));
      return;
    }
    const latest = versions[versions.length - 1].version;
    const before = at === 0 ? n : versions[at - 1].version;
    const changed =
      at === 0
        ? Object.values((await get(`versions/${n}`)).files).flatMap(f => f.split('\n').map(l => `+${l}`))
        : (await get(`diff?from=${before}&to=${n}`)).lines;
    const answer = el('div', {});
    const back = el(
      'button',
      {type: 'button', class: 'first', onclick: () => propose(answer, {method: 'POST', path: `rollback/${n}`}, ask)},
      `Roll back to version ${n}`,
    );
    detail.replaceChildren(
      section(
        at === 0 ? `Version ${n}` : `What version ${n} changed`,
        diff(changed),
        n !== latest && el('p', {}, back),
        answer,
      ),
    );
  }

  ask();
  if (version) {
    open(Number(version));
  }
  return {
    happened: e => e.kind === 'applied' && ask(),
    search(text) {
      words = text;
      ask();
    },
  };
}
