// Requests to the controller, and its live state and events.

const BASE = '/api/v1/';

/** The problem details of a failed request (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `the controller responded with status ${status}`);
    this.status = status;
    this.errors = body.errors;
    this.findings = body.findings;
  }
}

async function send(method, path, body, type, more = {}) {
  const separator = path.includes('?') ? '&' : '?';
  const response = await fetch(BASE + path + (method === 'GET' ? separator + 'pretty=false' : ''), {
    method,
    body,
    headers: body === undefined ? more : {'Content-Type': type, ...more},
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Problem(response.status, answer);
  }
  return answer;
}

/** A piece of the network file, and the tag of what was read. */
export async function getPiece(path) {
  const response = await fetch(BASE + path);
  const value = await response.json();
  if (!response.ok) {
    throw new Problem(response.status, value);
  }
  return {value, tag: response.headers.get('ETag')};
}

/** Changes a piece, or plans that. @param headers of its preconditions */
export function sendPiece(method, path, value, headers) {
  const body = value === undefined ? undefined : JSON.stringify(value);
  return send(method, path, body, 'application/json', headers);
}

export const get = path => send('GET', path);
export const post = (path, value) =>
  send('POST', path, value === undefined ? undefined : JSON.stringify(value), 'application/json');
export const remove = path => send('DELETE', path);
export const postFile = (path, yaml) => send('POST', path, yaml, 'application/yaml');
export const putFile = (path, yaml) => send('PUT', path, yaml, 'application/yaml');

const PERIOD = 3000;

/**
 * Polls for a view: now, every few seconds, and at each search.
 *
 * @param ask requests and draws, given the searched words
 */
export function polling(ask) {
  let words = '';
  // If the controller does not answer, the bar says so and the last drawing stays.
  const again = () => ask(words).catch(() => live.look());
  const timer = setInterval(again, PERIOD);
  again();
  return {
    search(text) {
      words = text;
      again();
    },
    dispose: () => clearInterval(timer),
  };
}

/** Up to this number of hosts the page requests and draws all tunnels; a mesh of 300 hosts has 90,000. */
export const ALL_TUNNELS = 12;

const KEPT = 2000;
/** Wait at least 10 times as long as the last look took. */
const IDLE_FACTOR = 10;

/** The last known state of the network. Dispatches 'state' after every look, 'happened' after every event. */
class Live extends EventTarget {
  state = null;
  events = [];
  lost = false;
  #timer = 0;
  #asking = false;

  #stream = null;
  #interest = null;

  start() {
    document.addEventListener('visibilitychange', () => this.#attend(!document.hidden));
    addEventListener('pagehide', () => this.#attend(false));
    addEventListener('pageshow', () => this.#attend(true));
    this.#attend(true);
  }

  /** Listens only while the page is visible: all tabs of a browser share six connections to the controller. */
  #attend(now) {
    if (!now) {
      this.#stream?.close();
      this.#stream = null;
    } else if (this.#stream === null) {
      const last = this.events.length === 0 ? 0 : this.events[this.events.length - 1].id;
      this.#stream = new EventSource(`${BASE}events?since=${last}`);
      this.#stream.onopen = () => this.#lose(false);
      this.#stream.onerror = () => this.#lose(true);
      this.#stream.onmessage = e => this.#happened(JSON.parse(e.data));
      this.look();
    }
  }

  #happened(event) {
    if (this.events.length === 0 || event.id > this.events[this.events.length - 1].id) {
      this.events.push(event);
      this.events.splice(0, this.events.length - KEPT);
      this.dispatchEvent(new CustomEvent('happened', {detail: event}));
      this.look(200);
    }
  }

  #lose(lost) {
    if (lost !== this.lost) {
      this.lost = lost;
      this.dispatchEvent(new Event('lost'));
    }
  }

  /** Sets the host whose tunnels to request if there are too many to request all. */
  attendTo(host) {
    if (this.#interest !== host) {
      this.#interest = host;
      if (host !== null && this.state !== null && this.state.hosts.length > ALL_TUNNELS) {
        this.look(100);
      }
    }
  }

  /** Requests the state again, now or after some milliseconds. */
  look(delay = 0) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), delay);
  }

  async #look() {
    if (this.#asking || document.hidden) {
      return;
    }
    this.#asking = true;
    const begun = performance.now();
    try {
      const [status, hosts, bridges, ports, bonds, networks, controllers] = await Promise.all(
        ['status', 'hosts', 'bridges', 'ports', 'bonds', 'networks', 'controllers'].map(get),
      );
      const tunnels =
        hosts.length <= ALL_TUNNELS
          ? await get('tunnels')
          : this.#interest === null
            ? []
            : await get(`tunnels?host=${encodeURIComponent(this.#interest)}`);
      this.state = {status, hosts, bridges, ports, tunnels, bonds, networks, controllers};
      this.#lose(false);
      this.dispatchEvent(new Event('state'));
    } catch (e) {
      this.#lose(true);
    } finally {
      this.#asking = false;
      this.look(Math.max(PERIOD, (performance.now() - begun) * IDLE_FACTOR));
    }
  }
}

export const live = new Live();
