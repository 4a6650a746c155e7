// The controller, asked and listened to.

const BASE = '/api/v1/';

/** What the controller says when it refuses (RFC 9457). */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail ?? `the controller answers ${status}`);
    this.status = status;
    this.errors = body.errors;
    this.findings = body.findings;
  }
}

async function send(method, path, body, type) {
  const separator = path.includes('?') ? '&' : '?';
  const response = await fetch(BASE + path + (method === 'GET' ? separator + 'pretty=false' : ''),
    {method, body, headers: body === undefined ? {} : {'Content-Type': type}});
  const answer = await response.json();
  if (!response.ok) {
    throw new Problem(response.status, answer);
  }
  return answer;
}

export const get = path => send('GET', path);
export const post = (path, value) => send('POST', path, value === undefined ? undefined : JSON.stringify(value), 'application/json');
export const postFile = (path, yaml) => send('POST', path, yaml, 'application/yaml');
export const putFile = (path, yaml) => send('PUT', path, yaml, 'application/yaml');

const PERIOD = 3000;

/**
 * What a view does that asks for itself: now, every few seconds, and when somebody searches.
 *
 * @param ask asks and draws, given the words that are searched for
 */
export function polling(ask) {
  let words = '';
  // While the controller does not answer, the bar says so, and what was drawn last stays.
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

/** Up to so many hosts all tunnels are known, and drawn; a mesh of three hundred hosts has ninety thousand. */
export const ALL_TUNNELS = 12;

const KEPT = 2000;
/** At most this share of the time is spent on asking. */
const SHARE = 10;

/** The network as it was last seen, told to whoever listens: 'state' after every look, 'happened' after every event. */
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

  /** Listens only while somebody looks: a browser has six connections to the controller for all of its tabs together. */
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

  /** The host whose tunnels are to be known as well, where there are too many to know them all. */
  attendTo(host) {
    if (this.#interest !== host) {
      this.#interest = host;
      if (host !== null && this.state !== null && this.state.hosts.length > ALL_TUNNELS) {
        this.look(100);
      }
    }
  }

  /** Looks again, now or in some milliseconds. */
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
      const [status, hosts, bridges, ports, bonds, networks] = await Promise.all(
        ['status', 'hosts', 'bridges', 'ports', 'bonds', 'networks'].map(get));
      const tunnels = hosts.length <= ALL_TUNNELS ? await get('tunnels')
        : this.#interest === null ? [] : await get(`tunnels?host=${encodeURIComponent(this.#interest)}`);
      this.state = {status, hosts, bridges, ports, tunnels, bonds, networks};
      this.#lose(false);
      this.dispatchEvent(new Event('state'));
    } catch (e) {
      this.#lose(true);
    } finally {
      this.#asking = false;
      this.look(Math.max(PERIOD, (performance.now() - begun) * SHARE));
    }
  }
}

export const live = new Live();
