// The page: pointer and keys become messages, rectangles of bytes become pixels. Nothing is rasterised here.

import { Link } from "/link.js";
import { Latency, size } from "/latency.js";

const $ = (id) => document.getElementById(id);
const [LABELS, PREVIEW] = [1, 2];
const HINTS = {
  brush: "Drag to paint. [ and ] change the radius. Right button erases.",
  eraser: "Drag to erase. [ and ] change the radius.",
  flood: "Click a colour, set the tolerance (or drag sideways), then fill.",
  polygon: "Click corners. Double click or Enter closes, Backspace takes one back, Esc gives up.",
};

const palette = new Uint32Array(256); // label -> RGBA, as its bytes lie in an ImageData
const hatch = new Uint32Array([0xeeffffff, 0x66000000]);
const layers = { [LABELS]: $("labels").getContext("2d"), [PREVIEW]: $("preview").getContext("2d") };
const latency = new Latency();
let width = 1, height = 1, zoom = 1;
let tool = "brush", label = 1, locked = [];
let drag = null; // what the pressed button does: "stroke", "pan", or where a drag for tolerance began
let corners = [];
let previewing = false;
let state = null; // what the next frame is to write beside the image

const link = new Link({ pixels: draw, answer: answered, state: showState, open: showOpen,
  pending: (count) => { document.body.dataset.pending = count; } });

function draw(kind, x, y, w, h, bytes) {
  const image = new ImageData(w, h);
  const out = new Uint32Array(image.data.buffer);
  if (kind === LABELS) {
    for (let i = 0; i < out.length; i++) out[i] = palette[bytes[i]];
  } else {
    for (let i = 0; i < out.length; i++) {
      if (bytes[i]) out[i] = hatch[((x + (i % w) + y + ((i / w) | 0)) >> 2) & 1];
    }
  }
  layers[kind].putImageData(image, x, y);
}

function answered(message, answer, measured) {
  if (answer.type === "refused") {
    notice(answer.why);
    if (message.type === "begin" || message.type === "extend") drag = null;
    if (message.type === "probe") setPreviewing(false);
  } else {
    latency.add(message, answer, measured);
  }
}

// A flood with preview lives on the server from its probe until anything but a tolerance is asked for.
function request(message, since) {
  if (message.type !== "tolerance") setPreviewing(message.type === "probe");
  link.send(message, since);
}

function setPreviewing(yes) {
  previewing = yes;
  $("fill").disabled = $("drop").disabled = !yes;
}

function showOpen(yes) {
  document.body.dataset.connected = yes ? "yes" : "no";
  drag = null;
  corners = [];
  setPreviewing(false);
  showMarks();
  notice(yes ? "" : "The server is gone. Trying again ...", true);
}

function notice(text, stays = false) {
  clearTimeout(notice.timer);
  $("notice").textContent = text;
  $("notice").hidden = !text;
  if (!stays) notice.timer = setTimeout(() => { $("notice").hidden = true; }, 4000);
}

function showState(message) {
  if (message.type === "hello") setUp(message);
  if (!state) requestAnimationFrame(writeState); // once a frame is as often as anyone can see
  state = message.state;
  locked = state.locked;
}

function writeState() {
  const { areas, can_undo, can_redo, steps, history_bytes } = state;
  state = null;
  $("undo").disabled = !can_undo;
  $("redo").disabled = !can_redo;
  $("history").textContent = `${steps} steps to undo in ${size(history_bytes)}`;
  for (const row of $("classes").children) {
    row.querySelector("span").textContent = (areas[row.dataset.label] ?? 0).toLocaleString("en");
    row.classList.toggle("locked", locked.includes(Number(row.dataset.label)));
  }
}

function setUp(hello) {
  ({ width, height } = hello);
  $("image").src = `/image.png?${Date.now()}`; // a new server may show another one
  for (const context of Object.values(layers)) Object.assign(context.canvas, { width, height });
  $("marks").setAttribute("viewBox", `0 0 ${width} ${height}`);
  $("classes").replaceChildren(...hello.classes.map((each) => {
    const [r, g, b] = each.color;
    palette[each.label] = (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
    const row = document.createElement("li");
    row.dataset.label = each.label;
    row.append(...["i", "b", "span", "button"].map((name) => document.createElement(name)));
    row.children[0].style.background = `rgb(${r},${g},${b})`;
    row.children[1].textContent = each.name;
    row.children[3].textContent = "lock";
    row.children[3].title = "a locked label is never changed";
    row.onclick = () => choose(each.label);
    row.children[3].onclick = (event) => { event.stopPropagation(); lock(each.label); };
    return row;
  }));
  choose(Math.min(label, hello.classes.length));
  fit();
}

function choose(which) {
  label = which;
  for (const row of $("classes").children) row.classList.toggle("chosen", Number(row.dataset.label) === which);
}

function lock(which) {
  const labels = locked.includes(which) ? locked.filter((each) => each !== which) : [...locked, which];
  request({ type: "lock", labels });
}

function setTool(name) {
  tool = name;
  if (corners.length) setCorners([]);
  if (previewing) request({ type: "drop" });
  for (const each of $("tools").children) each.classList.toggle("chosen", each.id === `tool-${name}`);
  $("hint").textContent = HINTS[name];
  showMarks();
}

// --- the image on the screen

function setZoom(value, at = null) {
  const before = $("stage").getBoundingClientRect();
  const x = at ? (at.clientX - before.left) / before.width : 0;
  const y = at ? (at.clientY - before.top) / before.height : 0;
  zoom = Math.min(32, Math.max(0.05, value));
  $("stage").style.width = `${Math.round(width * zoom)}px`;
  $("stage").style.height = `${Math.round(height * zoom)}px`;
  if (at) {
    const after = $("stage").getBoundingClientRect();
    $("view").scrollBy(after.left + x * after.width - at.clientX, after.top + y * after.height - at.clientY);
  }
}

function fit() {
  const { clientWidth, clientHeight } = $("view");
  setZoom(Math.min((clientWidth - 48) / width, (clientHeight - 48) / height));
}

function place(event) {
  const box = $("stage").getBoundingClientRect();
  return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
}

function showMarks(event = null) {
  const stroke = tool === "brush" || tool === "eraser";
  $("brush").style.display = stroke && event ? "" : "none";
  let line = corners;
  if (event) {
    const at = place(event);
    for (const circle of $("brush").children) setAll(circle, { cx: at[0], cy: at[1], r: radius() });
    if (corners.length) line = [...corners, at];
    const [x, y] = at.map(Math.floor);
    $("where").textContent = `${x}, ${y} of ${width} x ${height} at ${Math.round(zoom * 100)} %`;
  }
  const points = line.map((each) => each.join()).join(" ");
  for (const each of document.querySelectorAll(".outline")) setAll(each, { points });
}

function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

// --- pointer

const radius = (event = null) => {
  const full = Number($("radius").value);
  return event?.pointerType === "pen" ? full * event.pressure : full; // a pen paints as wide as it is pressed
};
const tolerance = () => Number($("tolerance").value);

function extend(event) {
  const all = event.getCoalescedEvents?.() ?? [];
  const points = (all.length ? all : [event]).map((each) => [...place(each), radius(each)]);
  request({ type: "extend", points }, event.timeStamp);
}

$("stage").onpointerdown = (event) => {
  if (drag || event.button > 2) return;
  $("stage").setPointerCapture(event.pointerId);
  event.preventDefault();
  if (event.button === 1) {
    drag = "pan";
  } else if (tool === "brush" || tool === "eraser") {
    drag = "stroke";
    const mode = tool === "eraser" || event.button === 2 ? "erase" : "paint";
    request({ type: "begin", label, mode, smart: $("smart").checked ? tolerance() : null }, event.timeStamp);
    extend(event);
  } else if (tool === "flood" && event.button === 0) {
    drag = { tolerance: tolerance(), x: event.clientX };
    const [x, y] = place(event);
    request({ type: "probe", x, y, tolerance: tolerance() }, event.timeStamp);
  } else if (tool === "polygon" && event.button === 0) {
    setCorners([...corners, place(event)]);
  }
};

$("stage").onpointermove = (event) => {
  showMarks(event);
  if (drag === "pan") {
    $("view").scrollBy(-event.movementX, -event.movementY);
  } else if (drag === "stroke") {
    if (!("onpointerrawupdate" in window)) extend(event);
  } else if (drag && Math.abs(event.clientX - drag.x) > 3) {
    setTolerance(drag.tolerance + (event.clientX - drag.x) / 2, event.timeStamp);
  }
};

// Where there is this event, it comes up to a frame earlier than pointermove.
$("stage").addEventListener("pointerrawupdate", (event) => { if (drag === "stroke") extend(event); });

$("stage").onpointerup = (event) => {
  if (drag === "stroke") request({ type: "end" }, event.timeStamp);
  drag = null;
};
$("stage").onpointercancel = (event) => {
  if (drag === "stroke") request({ type: "cancel" }, event.timeStamp);
  drag = null;
};
$("stage").ondblclick = () => closePolygon();
$("stage").oncontextmenu = (event) => event.preventDefault();
$("stage").onpointerleave = () => {
  $("brush").style.display = "none";
  $("where").textContent = `${width} x ${height}`;
};
$("view").addEventListener("wheel", (event) => {
  event.preventDefault();
  setZoom(zoom * 1.0015 ** -event.deltaY, event);
}, { passive: false });

function setCorners(points) {
  corners = points;
  $("corners").replaceChildren(...corners.map(([x, y]) => {
    const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    setAll(dot, { cx: x, cy: y, r: 3.5 / zoom });
    return dot;
  }));
  showMarks();
}

function closePolygon() {
  // the second press of a double click lies on the corner of the first
  const points = corners.filter((each, i) => i === 0 || each.join() !== corners[i - 1].join());
  if (points.length >= 3) request({ type: "polygon", points, label });
  setCorners([]);
}

// --- controls

function setTolerance(value, since = performance.now()) {
  $("tolerance").value = value;
  showValues();
  if (previewing) request({ type: "tolerance", tolerance: tolerance() }, since);
}

function showValues() {
  $("radius-value").textContent = `${radius()} px`;
  $("tolerance-value").textContent = tolerance();
  $("opacity-value").textContent = `${$("opacity").value} %`;
  $("labels").style.opacity = $("opacity").value / 100;
}

function escape() {
  if (corners.length) setCorners([]);
  else if (drag === "stroke") { request({ type: "cancel" }); drag = null; }
  else if (previewing) request({ type: "drop" });
}

for (const name of Object.keys(HINTS)) $(`tool-${name}`).onclick = () => setTool(name);
$("radius").oninput = () => {
  showValues();
  for (const circle of $("brush").children) setAll(circle, { r: radius() });
};
$("tolerance").oninput = (event) => setTolerance(tolerance(), event.timeStamp);
$("opacity").oninput = showValues;
$("fill").onclick = () => request({ type: "fill", label });
$("drop").onclick = () => request({ type: "drop" });
$("undo").onclick = () => request({ type: "undo" });
$("redo").onclick = () => request({ type: "redo" });

const keys = {
  b: () => setTool("brush"), e: () => setTool("eraser"), f: () => setTool("flood"), p: () => setTool("polygon"),
  "[": () => changeRadius(1 / 1.2), "]": () => changeRadius(1.2),
  Enter: () => { if (corners.length) closePolygon(); else if (previewing) $("fill").click(); },
  Backspace: () => setCorners(corners.slice(0, -1)),
  Escape: escape, x: () => setZoom(1), z: fit,
};

function changeRadius(factor) {
  $("radius").value = Number($("radius").value) * factor;
  $("radius").oninput();
}

addEventListener("keydown", (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    const redo = key === "y" || (key === "z" && event.shiftKey);
    if (key === "z" || key === "y") { event.preventDefault(); $(redo ? "redo" : "undo").click(); }
  } else if (key >= "1" && key <= "9") {
    if (Number(key) <= $("classes").children.length) choose(Number(key));
  } else if (keys[key] && !event.altKey) {
    event.preventDefault();
    keys[key]();
  }
});

setTool("brush");
showValues();
