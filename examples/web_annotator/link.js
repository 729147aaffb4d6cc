// The connection: one message under way at a time, and what happens meanwhile is joined into the next.

const HEADER_BYTES = 20; // kind, x, y, width, height: int32 each
const MOST_POINTS = 2000; // of a message that is joined on

// What a waiting message and a newer one become when they are one; null when they cannot.
function joined(waiting, newer) {
  if (waiting.type !== newer.type) return null;
  if (newer.type === "extend" && waiting.points.length < MOST_POINTS) {
    return { ...waiting, points: waiting.points.concat(newer.points) };
  }
  if (newer.type === "tolerance") return { ...waiting, tolerance: newer.tolerance };
  return null;
}

export class Link {
  // handlers: pixels(kind, x, y, width, height, bytes), answer(message, answer, measured),
  // state(message), open(yes), pending(count)
  constructor(handlers) {
    this.handlers = handlers;
    this.waiting = [];
    this.underWay = null;
    this.n = 0;
    this.connect();
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/events`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.handlers.open(true);
    this.socket.onmessage = ({ data }) => (typeof data === "string" ? this.text(JSON.parse(data)) : this.binary(data));
    this.socket.onclose = () => {
      this.waiting = [];
      this.underWay = null;
      this.handlers.open(false);
      setTimeout(() => this.connect(), 1000);
    };
  }

  // `since` is when the person did it, on the clock of performance.now().
  send(message, since = performance.now()) {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    const last = this.waiting.at(-1);
    const both = last ? joined(last.message, message) : null;
    if (both) {
      last.message = both;
      last.events += 1;
    } else {
      this.waiting.push({ message, since, events: 1, bytes: 0 });
    }
    this.pump();
  }

  pump() {
    if (!this.underWay && this.waiting.length) {
      this.underWay = this.waiting.shift();
      this.underWay.n = ++this.n;
      this.socket.send(JSON.stringify({ ...this.underWay.message, n: this.n }));
    }
    this.handlers.pending(this.waiting.length + (this.underWay ? 1 : 0));
  }

  binary(data) {
    if (this.underWay) this.underWay.bytes += data.byteLength;
    const [kind, x, y, width, height] = new Int32Array(data, 0, 5);
    this.handlers.pixels(kind, x, y, width, height, new Uint8Array(data, HEADER_BYTES));
  }

  text(answer) {
    if (answer.state) this.handlers.state(answer);
    if (this.underWay && answer.n === this.underWay.n) {
      const { message, since, events, bytes } = this.underWay;
      this.underWay = null;
      this.handlers.answer(message, answer, { ms: performance.now() - since, events, bytes });
      this.pump();
    }
  }
}
