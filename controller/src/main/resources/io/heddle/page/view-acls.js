// Access lists as declared, with the frames that each rule has matched. Frames that a list allows by default go on to
// the next list, and no flow entry counts them.

import {get, polling} from './api.js';
import {el, number, section, table} from './dom.js';

function where(acl) {
  return acl.on
    ? Object.entries(acl.on)
        .map(([kind, names]) => `${kind} ${names.join(', ')}`)
        .join('; ')
    : 'everywhere';
}

function match(rule) {
  return typeof rule.match === 'string'
    ? rule.match
    : Object.entries(rule.match ?? {})
        .map(([k, v]) => `${k} ${v}`)
        .join(', ') || 'everything';
}

export function show(view) {
  const box = el('div', {});
  view.append(el('h1', {}, 'Access lists'), box);
  let declared = [];

  async function ask(words) {
    declared = await get('network/acls').catch(e => (e.status === 404 ? [] : Promise.reject(e)));
    const hits = new Map();
    for (const row of await get('acls')) {
      const key = `${row.acl} ${row.rule}`;
      hits.set(key, (hits.get(key) ?? 0) + row.packets);
    }
    const lists = declared.filter(a => JSON.stringify(a).toLowerCase().includes(words.toLowerCase()));
    box.replaceChildren(
      ...lists.map(acl =>
        section(
          acl.name,
          el('a', {class: 'button', href: `#/edit/list/${encodeURIComponent(acl.name)}`}, `Change ${acl.name}`),
          el('p', {class: 'note'}, `Applies to: ${where(acl)}. ${acl.description ?? ''}`),
          table(
            [
              ['rule', r => r.n],
              ['match', r => el('code', {}, r.match)],
              ['action', r => el('span', {class: `badge ${r.action}`}, r.action)],
              ['frames', r => (r.hits === null ? 'not counted' : number(r.hits)), 'n'],
            ],
            [
              ...(acl.rules ?? []).map((rule, i) => ({
                n: i + 1,
                match: match(rule),
                action: rule.action,
                hits: hits.get(`${acl.name} ${i + 1}`) ?? 0,
              })),
              {
                n: 'default',
                match: 'the rest',
                action: acl.default ?? 'allow',
                hits: acl.default === 'drop' ? (hits.get(`${acl.name} default`) ?? 0) : null,
              },
            ],
          ),
        ),
      ),
    );
    if (lists.length === 0) {
      box.replaceChildren(el('p', {class: 'empty'}, 'No access list is declared.'));
    }
  }

  return polling(ask);
}
