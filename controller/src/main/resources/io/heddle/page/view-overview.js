// An overview of the network.

import {badge, el, section, table, text} from './dom.js';
import {legend, Picture} from './picture.js';
import {forms} from './view-add.js';

/** With more hosts than this, groups them by name unless the user chooses otherwise. */
const MANY = 24;

/** The controllers of the cluster; nothing if the controller is alone. */
function clusterOf(controllers) {
  return controllers.length === 0
    ? []
    : [
        section(
          'Controllers',
          table(
            [
              ['name', c => c.name],
              ['state', c => badge(c.state)],
              ['address', c => c.address],
              ['OpenFlow', c => c.openFlow],
              ['API', c => c.api],
              ['term', c => c.term],
            ],
            controllers,
          ),
        ),
      ];
}

export function show(view) {
  const summary = el('p', {class: 'summary'});
  const group = el(
    'select',
    {'aria-label': 'Group hosts', onchange: () => regroup(group.value)},
    el('option', {value: 'none'}, 'not grouped'),
    el('option', {value: 'name'}, 'grouped by name'),
    el('option', {value: 'state'}, 'grouped by state'),
  );
  const picture = new Picture();
  const start = forms();
  const first = section(
    'No host yet',
    el(
      'p',
      {},
      'Add a network, a host and a port below; each shows its plan first. Or apply a file with ',
      el('code', {}, 'heddle apply FILE'),
      ', paste one under ',
      el('a', {href: '#/plan'}, 'Plan'),
      ', or let ',
      el('code', {}, 'heddle init'),
      ' ask on the host. Switches that connect without a network file get MAC learning at once.',
    ),
    start.element,
  );
  const more = el('a', {class: 'button', href: '#/add'}, 'Add');
  first.hidden = true;
  const cluster = el('div', {'data-part': 'controllers'});
  let drawn = '[]';
  let chosen = false;
  let latest = null;
  view.append(el('div', {class: 'tools'}, summary, more, group), first, picture.element, legend(), cluster);

  function regroup(how) {
    chosen = true;
    picture.grouping = how;
    if (latest) {
      picture.update(latest);
    }
  }

  return {
    update(state) {
      if (!chosen && state.hosts.length > MANY) {
        group.value = picture.grouping = 'name';
        chosen = true;
      }
      latest = state;
      const {hosts, bridges, switches} = state.status;
      text(
        summary,
        `Version ${state.status.version}: ${hosts.inSync} of ${hosts.declared} hosts ` +
          `and ${bridges.inSync} of ${bridges.declared} bridges in sync, ` +
          `${state.networks.length} networks, ${state.ports.length} ports, ${switches.connected} switches connected` +
          (switches.unnamed > 0 ? `, ${switches.unnamed} of them not in the network file` : ''),
      );
      // The forms stay until the reader leaves the page: the next step is in the third of them.
      if (state.hosts.length === 0) {
        first.hidden = false;
      }
      start.update(state);
      picture.update(state);
      // A table that is drawn anew loses what a user has marked in it.
      const controllers = JSON.stringify(state.controllers);
      if (controllers !== drawn) {
        cluster.replaceChildren(...clusterOf(state.controllers));
        drawn = controllers;
      }
    },
    search: words => picture.search(words),
    dispose: () => picture.dispose(),
  };
}
