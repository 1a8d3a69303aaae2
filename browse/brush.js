// What the map is painted with: colours, dots, rings, labels and the star. Nothing here knows the page.
"use strict";

const MAP_COLOURS = ["#4e79a7", "#e8853b", "#59a14f", "#c94f6d", "#8a63b8", "#3aa6a0", "#c9a227", "#a0694b", "#d876b0", "#6b8e23"];
const MAP_NONE = "#8d929a";
const MAP_REST = "#6f7787"; // of a group past those that have colours
const MAP_RADIUS = 3; // CSS pixels, for a few thousand papers
const MAP_NEAR = 12; // CSS pixels around the pointer in which a dot is hovered
const MAP_LIST = 50; // found papers that are listed
const MAP_RINGS = 3000; // chosen papers that still get a ring each
const MAP_ZOOM = [0.8, 60];

function mapColour(n) {
  // Neighbouring numbers get hues far apart: the golden angle.
  return n < MAP_COLOURS.length ? MAP_COLOURS[n] : `hsl(${(n * 137.508) % 360}deg 52% ${n % 2 ? 46 : 60}%)`;
}

function mapFold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

// A picture's frame: ink and paper are colours; k, x and y take a point to the canvas.
const mapPlace = (view, x, y) => [x * view.k + view.x, -y * view.k + view.y];

function mapDots(brush, size, places, colour, radius) {
  brush.fillStyle = colour;
  brush.beginPath();
  for (const [x, y] of places) {
    if (x < -9 || y < -9 || x > size[0] + 9 || y > size[1] + 9) continue;
    brush.moveTo(x + radius, y);
    brush.arc(x, y, radius, 0, 2 * Math.PI);
  }
  brush.fill();
}

function mapRing(brush, [x, y], radius, line) {
  brush.lineWidth = line;
  brush.beginPath();
  brush.arc(x, y, radius, 0, 2 * Math.PI);
  brush.stroke();
}

function mapOutline(brush, path) {
  brush.beginPath();
  path.forEach(([x, y], n) => (n ? brush.lineTo(x, y) : brush.moveTo(x, y)));
  brush.closePath();
  brush.lineWidth = 1.5;
  brush.setLineDash([5, 4]);
  brush.stroke();
  brush.setLineDash([]);
}

// Names of groups at their middles; where two would overlap, the larger group's stays.
function mapLabels(brush, size, view, names, places, look) {
  brush.font = `600 12px ${look.font}`;
  brush.textAlign = "center";
  brush.textBaseline = "middle";
  brush.lineJoin = "round";
  const taken = [];
  places.forEach(([lx, ly], n) => {
    if (look.only !== null ? look.only !== n : n >= look.coloured) return;
    const [x, y] = mapPlace(view, lx, ly);
    const half = brush.measureText(names[n]).width / 2 + 4;
    const box = [x - half, y - 9, x + half, y + 9];
    if (box[0] < 0 || box[1] < 0 || box[2] > size[0] || box[3] > size[1]) return;
    if (taken.some((o) => box[0] < o[2] && o[0] < box[2] && box[1] < o[3] && o[1] < box[3])) return;
    taken.push(box);
    brush.globalAlpha = 0.85;
    brush.lineWidth = 4;
    brush.strokeStyle = look.paper;
    brush.strokeText(names[n], x, y);
    brush.globalAlpha = look.faint ? 0.5 : 1;
    brush.fillStyle = look.ink;
    brush.fillText(names[n], x, y);
  });
  brush.globalAlpha = 1;
  brush.strokeStyle = look.ink;
}

function mapStar(brush, [x, y], look) {
  brush.beginPath();
  for (let n = 0; n < 10; n++) {
    const r = n % 2 ? 5 : 12, a = (n * Math.PI) / 5 - Math.PI / 2;
    brush.lineTo(x + r * Math.cos(a), y + r * Math.sin(a));
  }
  brush.closePath();
  brush.fillStyle = look.ink;
  brush.strokeStyle = look.paper;
  brush.lineWidth = 4;
  brush.stroke();
  brush.fill();
  brush.strokeStyle = look.ink;
}

// Whether a place is inside a closed path: a line from it crosses the path an odd number of times.
function mapInside(path, [x, y]) {
  let within = false;
  for (let i = 0, j = path.length - 1; i < path.length; j = i++) {
    const [ax, ay] = path[i], [bx, by] = path[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

// The view in which all points fit.
function mapWhole(xs, ys, width, height) {
  let [left, right, low, high] = xs.length ? [Infinity, -Infinity, Infinity, -Infinity] : [0, 0, 0, 0];
  for (let n = 0; n < xs.length; n++) {
    left = Math.min(left, xs[n]);
    right = Math.max(right, xs[n]);
    low = Math.min(low, ys[n]);
    high = Math.max(high, ys[n]);
  }
  const margin = 24;
  const k = Math.min((width - 2 * margin) / (right - left || 1), (height - 2 * margin) / (high - low || 1));
  return { k, x: width / 2 - (k * (left + right)) / 2, y: height / 2 + (k * (low + high)) / 2, whole: k };
}
