// What each event took: in the engine, and from the hand to the pixels on the page.

const KEPT = 200;
const $ = (id) => document.getElementById(id);

export function size(bytes) {
  return bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function time(ms) {
  return ms < 1 ? `${(ms * 1e3).toFixed(0)} \u00b5s` : `${ms.toFixed(1)} ms`;
}

function part(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export class Latency {
  constructor() {
    this.engine = [];
    this.whole = [];
    this.last = null;
  }

  add(message, answer, measured) {
    if (!this.last) requestAnimationFrame(() => this.write());
    this.last = { message, answer, ...measured };
    for (const [times, latest] of [[this.engine, answer.engine_us / 1e3], [this.whole, measured.ms]]) {
      times.push(latest);
      if (times.length > KEPT) times.shift();
    }
  }

  write() {
    const { message, answer, events, bytes } = this.last;
    this.last = null;
    this.row("engine", this.engine);
    this.row("whole", this.whole);
    this.bars();
    const [left, top, right, bottom] = answer.box ?? [0, 0, 0, 0];
    const box = right > left ? `${right - left} x ${bottom - top} at ${left}, ${top}` : "no pixels";
    const joined = events > 1 ? ` (${events} joined)` : "";
    $("event").textContent = `${message.type}${joined}: ${box}, ${size(bytes)}`;
  }

  row(name, times) {
    const sorted = [...times].sort((a, b) => a - b);
    $(`${name}-last`).textContent = time(times.at(-1));
    $(`${name}-median`).textContent = time(part(sorted, 0.5));
    $(`${name}-p99`).textContent = time(part(sorted, 0.99));
  }

  // One bar an event, as high as the whole of it took, the engine's share bright; full height is a 60 Hz frame.
  bars() {
    const context = $("bars").getContext("2d");
    const { width, height } = context.canvas;
    const wide = 4;
    context.clearRect(0, 0, width, height);
    const shown = Math.min(this.whole.length, Math.floor(width / wide));
    for (let i = 0; i < shown; i++) {
      const at = width - (shown - i) * wide;
      for (const [times, color] of [[this.whole, "#3f6ea3"], [this.engine, "#ffd479"]]) {
        const tall = Math.max(1, Math.min(1, times[times.length - shown + i] / 16.7) * height);
        context.fillStyle = color;
        context.fillRect(at, height - tall, wide - 1, tall);
      }
    }
  }
}
