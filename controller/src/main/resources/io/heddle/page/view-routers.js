// The routers: the networks that they join, their ways out and translations; and who has an address by DHCP.

import {get, polling} from './api.js';
import {badge, el, section, swatch, table, usage} from './dom.js';

/** Leases beyond these are found by the search. */
const MOST_LEASES = 200;

const networkTable = (networks, empty) =>
  table(
    [
      ['network', n => el('a', {href: `#/network/${n.name}`}, swatch(n.name), n.name)],
      ['subnet', n => n.subnet],
      ['IPv4 in use', n => usage(n.addressesUsed, n.addresses)],
      ['gateway', n => n.gateways.join(', ')],
      ['DHCP', n => n.dhcp],
      ['names', n => n.domain],
    ],
    networks,
    empty,
  );

const hostLink = host => el('a', {href: `#/host/${host}`}, host);

/** A translation, such as "snat red to 192.0.2.10", in its parts. */
function translation(words) {
  const [, kind, from, to] = words.match(/^(\w+) (.*) to (.*)$/);
  return {kind, from, to};
}

function wayOut(router) {
  if (router.outside === '') {
    return el('p', {class: 'note'}, 'No way out: only its own networks and routes.');
  }
  const standby = router.hosts.filter(h => h !== router.activeHost);
  return el(
    'p',
    {class: 'way-out'},
    'Out by ',
    el('a', {href: `#/network/${router.outside}`}, swatch(router.outside), router.outside),
    ` as ${router.addresses.join(', ')}`,
    router.nextRouter && `, next router ${router.nextRouter}`,
    '. ',
    router.activeHost === ''
      ? el('span', {class: 'bad'}, `${router.hosts.join(' and ')}: not alive.`)
      : el('span', {}, 'Host: ', hostLink(router.activeHost), ' ', badge('up')),
    standby.length > 0 && router.activeHost !== '' && ['; others: ', ...standby.flatMap((h, i) => [i > 0 && ', ', hostLink(h)])],
  );
}

function card(router, networks) {
  return el(
    'section',
    {class: 'router', 'data-router': router.name},
    el('h2', {}, `Router ${router.name}`),
    wayOut(router),
    networkTable(
      router.networks.map(name => networks.find(n => n.name === name)).filter(n => n !== undefined),
      'It joins no network.',
    ),
    el(
      'div',
      {class: 'pairs'},
      router.nat.length > 0 &&
        table(
          [
            ['NAT', t => t.kind],
            ['from', t => t.from],
            ['to', t => t.to],
          ],
          router.nat.map(translation),
        ),
      router.routes.length > 0 &&
        table(
          [
            ['route', r => r.split(' ')[0]],
            ['leads', r => r.substring(r.indexOf(' ') + 1)],
          ],
          router.routes,
        ),
    ),
  );
}

const has = (row, words) => JSON.stringify(row).toLowerCase().includes(words.toLowerCase());

export function show(view) {
  const cards = el('div', {});
  const alone = el('div', {});
  const leases = el('div', {});
  view.append(el('h1', {}, 'Routers and addresses'), cards, alone, leases);

  async function ask(words) {
    const [routers, networks, held] = await Promise.all(['routers', 'networks', 'leases'].map(get));
    const found = routers.filter(r => has(r, words) || networks.some(n => n.router === r.name && has(n, words)));
    cards.replaceChildren(
      ...found.map(r => card(r, networks)),
      ...(routers.length > 0 ? [] : [el('p', {class: 'empty'}, 'No router is declared.')]),
    );
    const others = networks.filter(n => n.router === '' && n.subnet !== '' && has(n, words));
    alone.replaceChildren(
      ...(others.length > 0 ? [section('Networks without a router', networkTable(others))] : []),
    );
    const rows = held.filter(l => has(l, words));
    leases.replaceChildren(
      section(
        'Addresses by DHCP',
        table(
          [
            ['network', l => el('a', {href: `#/network/${l.network}`}, swatch(l.network), l.network)],
            ['address', l => l.address],
            ['MAC', l => l.mac],
            ['port', l => el('span', {}, hostLink(l.host), ` ${l.port}`)],
            ['name', l => l.name],
            ['state', l => badge(l.state)],
            ['from', l => l.origin],
            ['ends', l => l.ends.slice(0, 19).replace('T', ' ')],
          ],
          rows.slice(0, MOST_LEASES),
          'No host has an address by DHCP from Heddle.',
        ),
        rows.length > MOST_LEASES &&
          el('p', {class: 'note'}, `… and ${rows.length - MOST_LEASES} more: search for one`),
      ),
    );
  }

  return polling(ask);
}
