// Shared building blocks of all views: elements, tables, formatted numbers.

const SVG = 'http://www.w3.org/2000/svg';

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) {
      node.addEventListener(name.slice(2), value);
    } else if (value === true) {
      node.setAttribute(name, '');
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children.flat().filter(c => c !== null && c !== undefined && c !== false));
  return node;
}

export function el(tag, attributes, ...children) {
  return build(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
  return build(document.createElementNS(SVG, tag), attributes, children);
}

/** Sets an element's text only if it differs, to avoid redrawing unchanged elements. */
export function text(node, value) {
  const words = String(value);
  if (node.textContent !== words) {
    node.textContent = words;
  }
}

const UNITS = ['', 'k', 'M', 'G', 'T'];

/** 12.3k */
export function number(n) {
  let unit = 0;
  while (Math.abs(n) >= 1000 && unit < UNITS.length - 1) {
    n /= 1000;
    unit++;
  }
  return (unit === 0 ? Math.round(n) : n.toFixed(n < 10 ? 2 : n < 100 ? 1 : 0)) + UNITS[unit];
}

/** 12.3 Mbit/s */
export function rate(bits) {
  const words = number(bits);
  const unit = words.replace(/[\d.-]/g, '');
  return `${words.slice(0, words.length - unit.length)} ${unit}bit/s`;
}

/** 12 s ago, or the date. */
export function ago(time) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000));
  if (Number.isNaN(seconds)) {
    return '';
  }
  return seconds < 60
    ? `${seconds} s ago`
    : seconds < 3600
      ? `${Math.floor(seconds / 60)} min ago`
      : seconds < 86400
        ? `${Math.floor(seconds / 3600)} h ago`
        : time.slice(0, 16).replace('T', ' ');
}

/** Line width for a bit rate: from 1 for nothing to 8 for 10 Gbit/s. */
export function width(bits) {
  return bits < 1000 ? 1 : Math.min(8, 1 + Math.log10(bits / 1000));
}

const COLOURS = {
  red: 0,
  orange: 28,
  amber: 40,
  yellow: 52,
  lime: 82,
  green: 135,
  teal: 175,
  cyan: 188,
  blue: 215,
  indigo: 240,
  violet: 265,
  purple: 280,
  pink: 330,
};

/** The hue of a name, the same on every page. A colour name, common for networks, gets its own hue. */
export function hue(name) {
  if (name in COLOURS) {
    return COLOURS[name];
  }
  let hash = 7;
  for (const c of name) {
    hash = (hash * 31 + c.charCodeAt(0)) >>> 0;
  }
  return (hash * 137) % 360;
}

export function badge(state) {
  return el('span', {class: `badge ${state}`}, state || '–');
}

/** A square in the colour of a name. */
export function swatch(name) {
  const mark = el('i', {class: 'swatch'});
  mark.style.setProperty('--hue', hue(name));
  return mark;
}

const NEARLY_FULL = 0.9;

/** How much of something is used, as a bar and in numbers; nothing if there is no total. */
export function usage(used, total) {
  if (total === '' || total === undefined) {
    return '';
  }
  const share = total === 0 ? 1 : used / total;
  return el(
    'span',
    {class: 'usage'},
    el('meter', {value: share, min: 0, max: 1, high: NEARLY_FULL, optimum: 0, 'aria-hidden': 'true'}),
    `${used} of ${total}`,
  );
}

/**
 * A table. A column is [title, row => text or element, class].
 */
export function table(columns, rows, empty = 'Nothing.') {
  if (rows.length === 0) {
    return el('p', {class: 'empty'}, empty);
  }
  return el(
    'div',
    {class: 'scroll', tabindex: 0},
    el(
      'table',
      {},
      el(
        'thead',
        {},
        el(
          'tr',
          {},
          columns.map(([title, , kind]) => el('th', {class: kind}, title)),
        ),
      ),
      el(
        'tbody',
        {},
        rows.map(row =>
          el(
            'tr',
            {},
            columns.map(([, cell, kind]) => {
              const value = cell(row);
              return el('td', {class: kind}, value instanceof Node ? value : String(value ?? ''));
            }),
          ),
        ),
      ),
    ),
  );
}

/** A section with a heading. */
export function section(title, ...content) {
  return el('section', {}, el('h2', {}, title), ...content);
}

/** The controller's error message, with places and remedies. */
export function trouble(problem) {
  const lines = (problem.errors ?? [])
    .map(e => `${e.file}:${e.line}:${e.column}: ${e.path ? e.path + ': ' : ''}${e.detail}`)
    .concat((problem.findings ?? []).map(f => `${f.place ? f.place + ': ' : ''}${f.text}`));
  return el(
    'div',
    {class: 'trouble', role: 'alert'},
    el('p', {}, problem.message),
    lines.length > 0 && el('pre', {tabindex: 0}, lines.join('\n')),
  );
}
