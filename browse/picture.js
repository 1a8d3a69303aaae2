// The map as a picture: dots on a canvas, with hover, search, legend, box and lasso.
// Titles are strangers' text: they reach the page as textContent and nothing else.

// data: {x, y, titles, notes, links, ids, colours: {name: {label, names, of, labels, coloured, note}}, version}, and
// question: where its star stands; hits: ids of the papers found for it, the best first
// of: -1 is no group; coloured: so many groups have colours, all where it is missing; note: is said above the legend
// options: {colour, find, chosen: ids, wheel, chooser, onSelect(ids), onFind(text)}
function drawMap(root, data, options) {
  const make = (tag, className, parent, text) => {
    const element = document.createElement(tag);
    element.className = className;
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  const button = (parent, label, title, act) => {
    const made = make("button", "pm-button", parent, label);
    made.type = "button";
    made.title = title;
    made.setAttribute("aria-label", title);
    made.addEventListener("click", act);
    return made;
  };

  const frame = make("div", "pm", root);
  const bar = make("div", "pm-bar", frame);
  const search = make("input", "pm-search", bar);
  Object.assign(search, { type: "search", placeholder: "Search titles", spellcheck: false });
  search.setAttribute("aria-label", "Search titles");
  let chooser = null;
  if (options.chooser) {
    const label = make("label", "pm-label", bar, "Colour ");
    chooser = make("select", "pm-select", label);
    for (const [name, colouring] of Object.entries(data.colours)) {
      make("option", "", chooser, colouring.label).value = name;
    }
  }
  const tools = make("div", "pm-tools", bar);
  const modes = {};
  for (const [name, title] of [["move", "Move"], ["box", "Box"], ["lasso", "Lasso"]]) {
    const does = name === "move" ? "Drag to move the map" : `Drag to choose papers: ${name}`;
    modes[name] = button(tools, title, does, () => setMode(name));
  }
  button(tools, "+", "Zoom in", () => zoom(1.5));
  button(tools, "−", "Zoom out", () => zoom(1 / 1.5));
  button(tools, "Whole map", "Show the whole map", () => { fit(); draw(); });
  const body = make("div", "pm-body", frame);
  const stage = make("div", "pm-stage", body);
  const canvas = make("canvas", "pm-canvas", stage);
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  const tip = make("div", "pm-tip", stage);
  tip.hidden = true;
  const side = make("div", "pm-side", body);
  const status = make("div", "pm-status", side);
  status.setAttribute("role", "status");
  const take = button(side, "Choose these", "Choose these papers", () => choose(points.x.map((_, n) => n).filter(shown)));
  take.classList.add("pm-take");
  const card = make("div", "pm-card", side);
  const results = make("ol", "pm-results", side);
  const note = make("div", "pm-note", side);
  const legend = make("div", "pm-legend", side);

  const brush = canvas.getContext("2d");
  let points = data, folded = [], numbers = new Map(), hits = [], colouring, coloured, view = { k: 1, x: 0, y: 0 }, width = 0, height = 0;
  let found = null, only = null, chosen = new Set(), hovered = -1, pinned = -1, mode = "move", drag = null, waiting = false;

  const known = (ids) => (ids || []).map((id) => numbers.get(id)).filter((n) => n !== undefined);

  function setData(next, colour) {
    const kept = [...chosen].map((n) => points.ids[n]);
    points = next;
    folded = next.titles.map(mapFold);
    numbers = new Map(next.ids.map((id, n) => [id, n]));
    chosen = new Set(known(kept));
    hits = known(next.hits);
    hovered = pinned = -1;
    canvas.setAttribute("aria-label", `Map of ${next.x.length.toLocaleString("en")} papers; search finds them by title`);
    setColour(colour);
    look();
  }

  const inks = () => colouring.coloured ?? colouring.names.length;
  const ink = (n) => (n < inks() || n === only ? mapColour(n) : MAP_REST);

  function setColour(name) {
    coloured = name;
    colouring = points.colours[name] || Object.values(points.colours)[0];
    if (chooser) chooser.value = name;
    only = null;
    note.textContent = colouring.note || "";
    legend.replaceChildren();
    const counts = colouring.names.map(() => 0);
    for (const n of colouring.of) if (n >= 0) counts[n]++;
    colouring.names.forEach((label, n) => {
      const row = make("button", "pm-key", legend);
      row.type = "button";
      row.setAttribute("aria-pressed", "false");
      make("span", "pm-dot", row).style.background = ink(n);
      make("span", "pm-name", row, label);
      make("span", "pm-count", row, counts[n].toLocaleString("en"));
      row.addEventListener("click", () => {
        only = only === n ? null : n;
        legend.querySelectorAll("button").forEach((child, m) => {
          child.setAttribute("aria-pressed", String(m === only));
          child.querySelector(".pm-dot").style.background = ink(m);
        });
        say();
        draw();
      });
    });
    const none = colouring.of.filter((n) => n < 0).length;
    if (none) {
      const row = make("div", "pm-key pm-none", legend);
      Object.assign(make("span", "pm-dot", row).style, { background: MAP_NONE, opacity: 0.45 });
      make("span", "pm-name", row, `No ${colouring.label.toLowerCase()}`);
      make("span", "pm-count", row, none.toLocaleString("en"));
    }
    say();
    draw();
  }

  function setMode(name) {
    mode = name;
    for (const [each, made] of Object.entries(modes)) made.setAttribute("aria-pressed", String(each === name));
    canvas.style.cursor = name === "move" ? "grab" : "crosshair";
  }

  function setChosen(indices) {
    chosen = new Set(indices);
    say();
    draw();
  }

  function choose(indices) {
    setChosen(indices);
    if (options.onSelect) options.onSelect(indices.map((n) => points.ids[n]));
  }

  function look() {
    const words = mapFold(search.value).split(/\s+/).filter(Boolean);
    found = words.length ? new Set() : null;
    if (found) folded.forEach((title, n) => { if (words.every((word) => title.includes(word))) found.add(n); });
    results.replaceChildren();
    for (const n of [...(found || [])].slice(0, MAP_LIST)) {
      const row = make("button", "pm-result", make("li", "", results), points.titles[n]);
      row.type = "button";
      row.addEventListener("click", () => show(n, true));
    }
    say();
    draw();
  }

  function say() {
    const total = points.x.length.toLocaleString("en");
    const said = [found ? `${found.size.toLocaleString("en")} of ${total} papers found` : `${total} papers`];
    if (found && found.size > MAP_LIST) said.push(`the first ${MAP_LIST} are listed`);
    if (chosen.size) said.push(`${chosen.size.toLocaleString("en")} chosen`);
    status.textContent = said.join(", ");
    // Where a drag is out of reach, a search or the legend chooses.
    take.hidden = !options.onSelect || (only === null && !(found && found.size));
  }

  function show(n, centre) {
    pinned = n;
    card.replaceChildren();
    if (n >= 0) {
      make("div", "pm-title", card, points.titles[n]);
      if (points.notes[n]) make("div", "pm-note", card, points.notes[n]);
      if (points.links[n] && /^https?:\/\//i.test(points.links[n])) {
        const link = make("a", "pm-link", card, "Open its page");
        Object.assign(link, { href: points.links[n], target: "_blank", rel: "noopener noreferrer" });
      }
      if (centre) {
        const [x, y] = place(n);
        view.x += width / 2 - x;
        view.y += height / 2 - y;
      }
    }
    draw();
  }

  const place = (n) => mapPlace(view, points.x[n], points.y[n]);
  const shown = (n) => (only === null || colouring.of[n] === only) && (found === null || found.has(n));

  function fit() {
    view = mapWhole(points.x, points.y, width, height);
  }

  function zoom(factor, x = width / 2, y = height / 2) {
    const k = Math.min(Math.max(view.k * factor, view.whole * MAP_ZOOM[0]), view.whole * MAP_ZOOM[1]);
    view.x = x - ((x - view.x) * k) / view.k;
    view.y = y - ((y - view.y) * k) / view.k;
    view.k = k;
    draw();
  }

  function reveal(x, y) {
    if (x < 0 || y < 0 || x > width || y > height) fit();
  }

  function resize() {
    const box = stage.getBoundingClientRect();
    if (!box.width || !box.height || (box.width === width && box.height === height)) return;
    const first = !width;
    const dx = (box.width - width) / 2, dy = (box.height - height) / 2;
    [width, height] = [box.width, box.height];
    const scale = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    if (first) fit();
    else { view.x += dx; view.y += dy; }
    draw();
  }

  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; paint(); });
  }

  function paint() {
    if (!width) return;
    brush.clearRect(0, 0, width, height);
    const style = getComputedStyle(frame), paper = style.getPropertyValue("--pm-paper").trim() || "#fff";
    const look = { ink: style.color, paper, font: style.fontFamily, only, faint: found !== null, coloured: inks() };
    const size = [width, height];
    const crowd = Math.min(1, Math.sqrt(3000 / Math.max(points.x.length, 1)));
    const radius = Math.max(1.6, MAP_RADIUS * crowd) * Math.min(2.2, Math.max(1, (view.k / view.whole) ** 0.35));
    const groups = colouring.names.map(() => []), none = [], back = [];
    for (let n = 0; n < points.x.length; n++) {
      if (!shown(n)) back.push(place(n));
      else if (colouring.of[n] < 0) none.push(place(n));
      else groups[colouring.of[n]].push(place(n));
    }
    brush.globalAlpha = 0.16;
    mapDots(brush, size, back, MAP_NONE, radius);
    brush.globalAlpha = 0.45;
    mapDots(brush, size, none, MAP_NONE, radius);
    brush.globalAlpha = 0.85;
    groups.forEach((group, n) => mapDots(brush, size, group, ink(n), found ? radius * 1.5 : radius));
    brush.globalAlpha = 1;
    brush.strokeStyle = look.ink;
    for (const n of chosen.size > MAP_RINGS ? [] : chosen) mapRing(brush, place(n), radius + 1.5, 1);
    if (colouring.labels) mapLabels(brush, size, view, colouring.names, colouring.labels, look);
    brush.strokeStyle = style.getPropertyValue("--pm-accent").trim() || look.ink;
    for (const n of hits) mapRing(brush, place(n), radius + 4, 2.5);
    brush.strokeStyle = look.ink;
    if (points.question) mapStar(brush, mapPlace(view, ...points.question), look);
    for (const n of [pinned, hovered]) if (n >= 0) mapRing(brush, place(n), radius + 3, 2);
    if (drag && drag.path && drag.path.length > 1) mapOutline(brush, drag.path);
  }

  function nearest(x, y) {
    let best = -1, least = MAP_NEAR * MAP_NEAR;
    for (let n = 0; n < points.x.length; n++) {
      if (!shown(n)) continue;
      const [px, py] = place(n);
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance < least) [best, least] = [n, distance];
    }
    return best;
  }

  function hover(n) {
    if (n === hovered) return;
    hovered = n;
    tip.hidden = n < 0;
    if (n >= 0) {
      tip.replaceChildren();
      make("div", "pm-title", tip, points.titles[n]);
      const group = colouring.of[n] >= 0 ? colouring.names[colouring.of[n]] : "";
      const named = (points.notes[n] || "").includes(group) ? "" : group;
      const rank = hits.includes(n) ? `Number ${hits.indexOf(n) + 1} for the question` : "";
      const under = [points.notes[n], named, rank].filter(Boolean).join(" · ");
      if (under) make("div", "pm-note", tip, under);
      const [x, y] = place(n);
      tip.style.left = `${Math.max(4, Math.min(x + 14, width - tip.offsetWidth - 4))}px`;
      tip.style.top = `${y + 18 + tip.offsetHeight > height ? Math.max(4, y - tip.offsetHeight - 12) : y + 14}px`;
    }
    draw();
  }

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = at(event);
    drag = { x, y, from: { ...view }, far: false, path: mode === "move" ? null : [[x, y]] };
    hover(-1);
  });
  canvas.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    if (!drag) return hover(nearest(x, y));
    drag.far = drag.far || Math.hypot(x - drag.x, y - drag.y) > 4;
    if (mode === "move") [view.x, view.y] = [drag.from.x + x - drag.x, drag.from.y + y - drag.y];
    else if (mode === "box") drag.path = [[drag.x, drag.y], [x, drag.y], [x, y], [drag.x, y]];
    else drag.path.push([x, y]);
    draw();
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!drag) return;
    const { far, path } = drag;
    drag = null;
    if (!far) {
      const n = nearest(...at(event));
      show(n, false);
      choose(n >= 0 ? [n] : []);
    } else if (path) {
      choose(points.x.map((_, n) => n).filter((n) => shown(n) && mapInside(path, place(n))));
    }
    draw();
  });
  canvas.addEventListener("pointercancel", () => { drag = null; draw(); });
  canvas.addEventListener("pointerleave", () => { if (!drag) hover(-1); });
  canvas.addEventListener("wheel", (event) => {
    // Inside a longer page the wheel scrolls it; with Ctrl (or a pinch) it zooms the map.
    if (!options.wheel && !event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * 0.0016), ...at(event));
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [50, 0], ArrowRight: [-50, 0], ArrowUp: [0, 50], ArrowDown: [0, -50] }[event.key];
    if (step) [view.x, view.y] = [view.x + step[0], view.y + step[1]];
    else if (event.key === "+" || event.key === "=") zoom(1.5);
    else if (event.key === "-") zoom(1 / 1.5);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
    draw();
  });
  let told = null;
  search.addEventListener("input", () => {
    look();
    clearTimeout(told);
    if (options.onFind) told = setTimeout(() => options.onFind(search.value), 500);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = results.querySelector("button");
    if (first) first.focus();
  });
  if (chooser) chooser.addEventListener("change", () => setColour(chooser.value));
  const watch = new ResizeObserver(resize);
  watch.observe(stage);
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  scheme.addEventListener("change", draw);

  search.value = options.find || "";
  setMode("move");
  setData(data, options.colour);
  setChosen(known(options.chosen));
  resize();
  return {
    search,
    update(next, colour) {
      if (next.version !== points.version) { setData(next, colour); fit(); }
      const asked = next.question && String(next.question) !== String(points.question);
      points = next;
      hits = known(next.hits);
      if (colour !== coloured) setColour(colour);
      if (asked) reveal(...mapPlace(view, ...next.question));
      draw();
    },
    setChosen(ids) { setChosen(known(ids)); },
    setFind(text) { if (search.value !== text) { search.value = text; look(); } },
    stop() { watch.disconnect(); scheme.removeEventListener("change", draw); clearTimeout(told); frame.remove(); },
  };
}
