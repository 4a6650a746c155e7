// Fields of the forms by which users change pieces of the network file.

import {el} from './dom.js';

/** A labelled input. @param attributes of the input, among them name */
export function field(label, attributes) {
  const input = el('input', {spellcheck: 'false', autocomplete: 'off', ...attributes});
  return el('label', {}, label, input);
}

/** A labelled choice. @param options [value, title] or a plain value */
export function choice(label, name, options, value) {
  const select = el(
    'select',
    {name},
    options.map(o => {
      const [own, title] = Array.isArray(o) ? o : [o, o];
      return el('option', {value: own, selected: own === value}, title);
    }),
  );
  return el('label', {}, label, select);
}

/** A form whose button plans a change. @param submit called with the values of the fields by name */
export function form(fields, button, submit) {
  const node = el(
    'form',
    {
      class: 'question',
      onsubmit: e => {
        e.preventDefault();
        submit(values(node));
      },
    },
    ...fields,
    el('button', {class: 'first'}, button),
  );
  return node;
}

export function values(node) {
  return Object.fromEntries([...new FormData(node)].map(([k, v]) => [k, v.trim()]));
}

/** The items of a list that is written with commas or blanks. VLAN numbers become numbers. */
export function items(text) {
  return text
    .split(/[\s,]+/)
    .filter(w => w !== '')
    .map(w => (/^\d{1,4}$/.test(w) ? Number(w) : w));
}

/** The path of a piece of the file. */
export function piece(...parts) {
  return parts.map(encodeURIComponent).join('/');
}
