
"use strict";
(() => {
  // Whatever comes from the bridge becomes text and never markup: element() is the only way into the document.
  const OPEN_AT_ONCE = 60; // units, up to which everything is open from the start
  const GROUPS = 150; // properties at first
  const CARDS = 60; // units of a property at first
  const ALARMS = 24; // at the top of the page
  const AGAIN = 10000; // milliseconds until a refused connection is tried again

  const byId = (id) => document.getElementById(id);
  const units = new Map(); // id → the unit as the bridge publishes it, and what is derived from it
  const groups = new Map(); // id of a property, "" for none → what is shown of it
  const places = new Map(); // id → name
  const catalogue = { measures: {}, alarms: {} };
  let status = null;
  let events = [];
  let skew = 0; // how far the bridge's clock is ahead of this one, in milliseconds
  let query = "";
  let kind = "all";
  let groupLimit = GROUPS;
  let announced = null; // keys of the alarms that were told; null before the first look
  const dirty = new Set(); // properties to draw again
  const due = new Set(); // other parts to draw again

  // Building

  function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  }

  function tone(node, name) {
    if (name) node.dataset.tone = name;
    else delete node.dataset.tone;
  }

  // Words

  const plain = (key) => {
    const text = key.replaceAll("_", " ").trim();
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  const measureOf = (key) => catalogue.measures[key] || { name: plain(key), unit: null, precision: 1, minor: true };
  const alarmOf = (key) => catalogue.alarms[key] || { name: plain(key), urgent: false };
  const forms = [0, 1, 2].map(
    (digits) => new Intl.NumberFormat(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const number = (value, precision = 0) => forms[precision].format(value);
  const counted = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;
  const byName = new Intl.Collator(undefined, { numeric: true }).compare;
  const unitName = (id) => (units.get(id) || {}).called || id;
  const placeName = (id) => (id ? places.get(id) || id : "Without a property");
  const placeOf = (id) => (groups.size > 1 && id ? placeName(id) : "");

  function span(seconds) {
    if (seconds < 60) return `${Math.round(seconds)} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 86400) return two(seconds / 3600, "h", 60, "min");
    return two(seconds / 86400, "d", 24, "h");
  }

  function two(value, large, parts, small) {
    const rest = Math.floor((value % 1) * parts);
    return `${Math.floor(value)} ${large}${rest && value < 10 ? ` ${rest} ${small}` : ""}`;
  }

  const WAYS = {
    ago: (seconds) => (seconds < 2 ? "now" : `${span(Math.max(0, seconds))} ago`),
    for: (seconds) => `for ${span(Math.max(0, seconds))}`,
    length: (seconds) => span(Math.max(0, seconds)),
    until: (seconds) => (seconds >= 0 ? "now" : `in ${span(-seconds)}`),
  };

  function when(iso, way) {
    if (!iso) return element("span", {}, "–");
    const node = element("time", { datetime: iso, "data-way": way, title: new Date(iso).toLocaleString() });
    tell(node);
    return node;
  }

  function tell(node) {
    const seconds = (Date.now() + skew - Date.parse(node.dateTime)) / 1000;
    const text = WAYS[node.dataset.way](seconds);
    if (node.textContent !== text) node.textContent = text;
  }

  function clock(iso) {
    const at = new Date(iso);
    const today = new Date(Date.now() + skew).toDateString() === at.toDateString();
    const form = today ? { timeStyle: "short" } : { dateStyle: "short", timeStyle: "short" };
    return element("time", { datetime: iso, title: at.toLocaleString() }, at.toLocaleString(undefined, form));
  }

  // Tiles

  const CLOUD = {
    starting: ["Starting", "wait"],
    online: ["Online", "good"],
    offline: ["Unreachable", "bad"],
    unauthorized: ["Not let in", "bad"],
    resting: ["Resting", "warn"],
  };

  function tile(title, [state, colour], rows, trouble, remedy) {
    const list = rows.filter(([, value]) => value !== null);
    return element(
      "article",
      { class: "tile", "data-tone": colour },
      element("h3", {}, title),
      element("p", { class: "state" }, element("span", { class: "dot" }), element("span", {}, state)),
      element("dl", {}, list.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)))),
      trouble ? element("p", { class: "trouble" }, trouble) : null,
      remedy ? element("p", { class: "remedy" }, remedy) : null,
    );
  }

  function drawStatus() {
    const { cloud, broker, outbox } = status;
    byId("instance").textContent = `${status.instance} · version ${status.version}`;
    const waiting = outbox.depth
      ? [`${counted(outbox.depth, "event waits", "events wait")}`, "warn"]
      : ["Empty", outbox.dropped ? "warn" : "good"];
    byId("tiles").replaceChildren(
      tile(
        "Cloud",
        CLOUD[cloud.state],
        [
          ["Since", when(cloud.since, "length")],
          ["Last answer", when(cloud.last_success, "ago")],
          ["Took", cloud.latency === null ? "–" : `${number(cloud.latency, 2)} s`],
          ["Next poll", cloud.next_poll ? when(cloud.next_poll, "until") : "–"],
          ["Requests in 24 h", number(cloud.requests_in_24_h)],
        ],
        cloud.trouble,
      ),
      tile(
        "MQTT broker",
        broker.connected ? ["Connected", "good"] : ["Not connected", "bad"],
        [
          ["Since", when(broker.since, "length")],
          ["Address", element("span", { class: "address" }, broker.address)],
          ["MQTT", broker.protocol],
          ["Messages", number(status.messages)],
        ],
        broker.trouble,
        broker.remedy,
      ),
      tile("Outbox of events", waiting, [
        ["Oldest", when(outbox.oldest, "ago")],
        ["Sent", number(status.events)],
        ["Lost", number(outbox.dropped)],
      ]),
      tile("Bridge", ["Running", "good"], [
        ["For", when(status.started, "length")],
        ["Memory", status.memory === null ? null : `${number(status.memory / 1e6, 0)} MB`],
        ["Commands", number(status.commands)],
        ["Refused", number(status.refused)],
      ]),
    );
  }

  // Alarms

  function activeAlarms() {
    const found = [];
    for (const unit of units.values()) {
      for (const key of unit.active) found.push({ unit, key, alarm: unit.alarms[key], row: alarmOf(key) });
    }
    return found.sort((a, b) => b.row.urgent - a.row.urgent || (b.alarm.since || "").localeCompare(a.alarm.since || ""));
  }

  function drawAlarms() {
    const found = activeAlarms();
    const worst = found.length ? (found.some(({ row }) => row.urgent) ? "bad" : "warn") : "good";
    byId("alarms").dataset.tone = units.size ? worst : "none";
    byId("calm").hidden = found.length > 0;
    byId("calm").textContent = units.size ? "All is quiet" : "Waiting for the first look at the account";
    byId("alarm-list").replaceChildren(
      ...found.slice(0, ALARMS).map(({ unit, alarm, row }) =>
        element(
          "li",
          { "data-tone": row.urgent ? "bad" : "warn" },
          element(
            "div",
            {},
            element("b", {}, row.name, alarm.snoozed ? element("span", { class: "muted" }, " snoozed") : null),
            element("span", {}, unit.called),
            placeOf(unit.property_id) ? element("span", { class: "muted" }, ` · ${placeOf(unit.property_id)}`) : null,
          ),
          alarm.since ? when(alarm.since, "for") : null,
        ),
      ),
    );
    byId("alarms-rest").textContent = found.length > ALARMS ? `and ${number(found.length - ALARMS)} more` : "";
    byId("alarms-title").textContent = found.length > 1 ? `${number(found.length)} active alarms` : "Active alarms";
    document.title = found.length ? `(${found.length}) Layla bridge` : "Layla bridge";
    announce(found);
  }

  function announce(found) {
    const keys = new Map(found.map((each) => [`${each.unit.id}\n${each.key}`, each]));
    if (announced) {
      const news = [...keys].filter(([key]) => !announced.has(key)).map(([, each]) => each);
      const words = news.slice(0, 3).map(({ unit, row }) => `${row.name}: ${unit.called}`);
      if (news.length > 3) words.push(`and ${news.length - 3} more`);
      if (words.length) byId("announcer").textContent = words.join(", ");
    }
    // What the first look brings is on the page; only what comes later is said.
    announced = units.size ? new Set(keys.keys()) : null;
  }

  // Units

  function learn(unit) {
    const old = units.get(unit.id);
    unit.called = unit.name || unit.id;
    unit.active = Object.keys(unit.alarms).filter((key) => unit.alarms[key].active);
    unit.group = unit.property_id || "";
    unit.text = `${unit.called}\n${unit.id}\n${unit.property_id || ""}`.toLowerCase();
    unit.old = old ? old.readings : null;
    if (old && old.group !== unit.group) forget(unit.id);
    units.set(unit.id, unit);
    groupOf(unit.group).units.add(unit.id);
    dirty.add(unit.group);
  }

  function forget(id) {
    const unit = units.get(id);
    if (!unit) return;
    units.delete(id);
    const group = groups.get(unit.group);
    group.units.delete(id);
    group.cards.delete(id);
    dirty.add(unit.group);
  }

  function groupOf(id) {
    let group = groups.get(id);
    if (!group) {
      const summary = element("summary", {});
      const body = element("div", { class: "cards" });
      const more = element("button", { class: "more", type: "button" });
      const node = element("details", { class: "group" }, summary, body, more);
      group = { id, node, summary, body, more, units: new Set(), cards: new Map(), limit: CARDS, chosen: null };
      more.addEventListener("click", () => {
        group.limit += CARDS * 4;
        redraw([id]);
      });
      summary.addEventListener("click", () => {
        group.chosen = !node.open;
      });
      node.addEventListener("toggle", () => redraw([id]));
      groups.set(id, group);
      }
    return group;
  }

  function wanted(unit) {
    if (kind === "alarm" && !unit.active.length) return false;
    if (kind === "offline" && unit.online !== false) return false;
    return !query || unit.text.includes(query) || placeName(unit.property_id).toLowerCase().includes(query);
  }

  function extent(found, key) {
    const values = found
      .filter((unit) => unit.online !== false && unit.readings[key] !== null && unit.readings[key] !== undefined)
      .map((unit) => unit.readings[key]);
    return values.length ? [Math.min(...values), Math.max(...values), values.reduce((a, b) => a + b, 0)] : null;
  }

  function sums(found) {
    const parts = [];
    const warmth = extent(found, "temperature");
    if (warmth) {
      const [low, high] = warmth.map((value) => number(value, 1));
      parts.push(low === high ? `${low} °C` : `${low} to ${high} °C`);
    }
    const noise = extent(found, "noise");
    if (noise) parts.push(found.length > 1 ? `up to ${number(noise[1])} dB` : `${number(noise[1])} dB`);
    const people = extent(found, "occupancy_max");
    if (people) parts.push(counted(people[2], "person", "people"));
    return parts.join(" · ");
  }

  function drawGroup(group, narrow) {
    const all = [...group.units].map((id) => units.get(id));
    const found = all.filter(wanted);
    const alarms = all.reduce((count, unit) => count + unit.active.length, 0);
    const away = all.filter((unit) => unit.online === false).length;
    const urgent = all.some((unit) => unit.active.some((key) => alarmOf(key).urgent));
    group.summary.replaceChildren(
      element("h3", {}, placeName(group.id)),
      element("span", { class: "number muted" }, found.length < all.length
        ? `${number(found.length)} of ${counted(all.length, "unit", "units")}` : counted(all.length, "unit", "units")),
      alarms ? element("span", { class: "badge", "data-tone": urgent ? "bad" : "warn" }, counted(alarms, "alarm", "alarms")) : "",
      away ? element("span", { class: "badge", "data-tone": "wait" }, `${number(away)} offline`) : "",
      element("span", { class: "sums muted" }, sums(all)),
    );
    const open = group.chosen === null ? units.size <= OPEN_AT_ONCE || narrow : group.chosen;
    if (group.node.open !== open) group.node.open = open; // draws again, by its event
    if (open) drawCards(group, found);
  }

  function drawCards(group, found) {
    found.sort((a, b) => byName(a.called, b.called));
    const nodes = found.slice(0, group.limit).map((unit) => cardOf(group, unit));
    const shown = group.body.children;
    if (nodes.length !== shown.length || nodes.some((node, index) => node !== shown[index])) {
      group.body.replaceChildren(...nodes);
    }
    group.more.hidden = found.length <= group.limit;
    group.more.textContent = `Show more of ${counted(found.length, "unit", "units")}`;
  }

  function cardOf(group, unit) {
    const known = group.cards.get(unit.id);
    if (known && known.unit === unit) return known.node;
    const node = card(unit, known ? unit.old : null);
    if (known) known.node.replaceWith(node);
    group.cards.set(unit.id, { unit, node });
    return node;
  }

  function card(unit, old) {
    const away = unit.online === false;
    const main = [];
    const minor = [];
    for (const [key, value] of readings(unit)) {
      const { name, unit: of, precision, minor: small } = measureOf(key);
      if (value === null) continue;
      const text = typeof value === "string" ? value : number(value, precision);
      if (small) {
        minor.push(element("span", {}, `${name} ${text}${of ? ` ${of}` : ""}`));
        continue;
      }
      const fresh = old && old[key] !== unit.readings[key] && !away;
      main.push(
        element("div", {}, element("dt", {}, SHORT[key] || name),
          element("dd", { class: fresh ? "fresh" : null }, text, of ? element("small", {}, of) : null)),
      );
    }
    const urgent = unit.active.some((key) => alarmOf(key).urgent);
    return element(
      "article",
      { class: away ? "card away" : "card", "data-tone": unit.active.length ? (urgent ? "bad" : "warn") : null },
      element(
        "div",
        { class: "top" },
        element("h3", {}, unit.called),
        away ? element("span", { class: "badge", "data-tone": "wait" }, "Offline") : null,
        unit.enabled ? null : element("span", { class: "badge", "data-tone": "wait" }, "Disabled"),
        unit.active.map((key) =>
          element("span", { class: "badge", "data-tone": alarmOf(key).urgent ? "bad" : "warn" }, alarmOf(key).name)),
      ),
      main.length ? element("dl", {}, main) : element("p", { class: "muted" }, "No readings yet"),
      air(unit),
      element(
        "div",
        { class: "foot" },
        away ? element("span", {}, "Last seen ", when(unit.last_seen, "ago")) : null,
        minor,
        unit.called === unit.id ? null : element("span", {}, unit.id),
      ),
    );
  }

  const SHORT = { occupancy_max: "Occupancy", aq_iaq: "Air quality", mold_risk_index: "Mold risk" };

  // What nearly every unit measures stands where the eye expects it; the rest follows in the catalogue's order.
  const FIRST = ["temperature", "humidity", "noise", "occupancy_max"];

  function* readings(unit) {
    const { occupancy_min: least, occupancy_max: most, ...others } = unit.readings;
    const order = Object.keys(catalogue.measures);
    const place = (key) => (order.includes(key) ? order.indexOf(key) : order.length) - (FIRST.includes(key) ? 1000 : 0);
    if (most !== undefined && most !== null) {
      others.occupancy_max = least === null || least === undefined || least === most ? most : `${number(least)}–${number(most)}`;
    } else if (least !== undefined) {
      others.occupancy_min = least;
    }
    yield* Object.entries(others).sort(([a], [b]) => place(a) - place(b));
  }

  const MODES = { cool: "Cooling", heat: "Heating", dry: "Drying", fan_only: "Fan only", auto: "Automatic" };

  function air(unit) {
    if (!unit.ac) return null;
    const { power, mode, temperature, fan, swing } = unit.ac;
    const parts = [];
    if (power === false) parts.push("off");
    else if (mode) parts.push((MODES[mode] || plain(mode)).toLowerCase());
    if (power !== false) {
      if (temperature !== null) parts.push(`${number(temperature, temperature % 1 ? 1 : 0)} °C`);
      if (fan) parts.push(`fan ${fan}`);
      if (swing) parts.push(`swing ${swing}`);
    }
    return element("p", { class: "air" }, element("span", { class: "muted" }, "Air conditioner "),
      parts.length ? parts.join(", ") : "told nothing yet");
  }

  function drawGroups() {
    for (const [id, group] of groups) {
      if (!group.units.size) {
        group.node.remove();
        groups.delete(id);
      }
    }
    const narrow = (query || kind !== "all") && [...units.values()].filter(wanted).length <= OPEN_AT_ONCE;
    for (const id of dirty) {
      const group = groups.get(id);
      if (!group) continue;
      group.stale = true;
      group.found = [...group.units].some((each) => wanted(units.get(each)));
    }
    dirty.clear();
    const ordered = [...groups.values()]
      .filter((group) => group.found)
      .sort((a, b) => !a.id - !b.id || byName(placeName(a.id), placeName(b.id)));
    const visible = ordered.slice(0, groupLimit);
    for (const group of visible.filter((each) => each.stale)) {
      group.stale = false;
      drawGroup(group, narrow);
    }
    const shown = visible.map((group) => group.node);
    const now = byId("groups").children;
    if (shown.length !== now.length || shown.some((node, index) => node !== now[index])) {
      byId("groups").replaceChildren(...shown);
    }
    byId("more").hidden = ordered.length <= groupLimit;
    byId("more").textContent = `Show more of ${counted(ordered.length, "property", "properties")}`;
    byId("units-count").textContent = units.size
      ? `${number(units.size)}${groups.size > 1 ? ` in ${counted(groups.size, "property", "properties")}` : ""}` : "";
    byId("nothing").textContent = ordered.length ? "" : units.size ? NOTHING[query ? "search" : kind] : "";
  }

  const NOTHING = {
    all: "",
    search: "Nothing matches what you search for.",
    alarm: "No unit has an active alarm.",
    offline: "No unit is offline.",
  };

  // Events and warnings

  function drawEvents() {
    const rows = events.map(({ device_id: unit, property_id: place, alarm, phase, at }) => {
      const row = alarmOf(alarm);
      const begun = phase === "started";
      const where = [unit ? unitName(unit) : "", placeOf(place)].filter(Boolean).join(" · ");
      return element(
        "li",
        { "data-tone": begun ? (row.urgent ? "bad" : "warn") : "good" },
        element("span", { class: "dot" }),
        element("div", {}, `${row.name} ${begun ? "started" : "ended"}`, element("small", {}, where)),
        clock(at),
      );
    });
    byId("events").replaceChildren(...(rows.length ? rows : [element("li", { class: "none" }, "None since the start")]));
  }

  function drawLog(log) {
    const rows = log.map(({ at, level, source, text, count }) =>
      element(
        "li",
        { "data-tone": level === "warning" ? "warn" : "bad" },
        element("span", { class: "dot" }),
        element("div", {}, text, element("small", {}, [plain(level), source, count > 1 ? `${number(count)} times` : ""]
          .filter(Boolean).join(" · "))),
        clock(at),
      ));
    byId("log").replaceChildren(...(rows.length ? rows : [element("li", { class: "none" }, "None since the start")]));
  }

  // Drawing, at most once per frame

  let framed = false;

  function redraw(ids = []) {
    for (const id of ids) dirty.add(id);
    if (framed) return;
    framed = true;
    requestAnimationFrame(() => {
      framed = false;
      if (due.delete("status")) drawStatus();
      if (due.delete("alarms")) drawAlarms();
      drawGroups();
      if (due.delete("events")) drawEvents();
    });
  }

  // What the bridge says

  function take(message) {
    if (message.first) {
      units.clear();
      groups.clear();
      places.clear();
      announced = null;
      byId("groups").replaceChildren();
      for (const kind of ["measures", "alarms"]) {
        catalogue[kind] = Object.fromEntries(message.catalogue[kind].map((row) => [row.key, row]));
      }
    }
    if (message.now) skew = Date.parse(message.now) - Date.now();
    if (message.status) {
      status = message.status;
      due.add("status");
    }
    if (message.properties) {
      places.clear();
      for (const { id, name } of message.properties) places.set(id, name);
      for (const id of groups.keys()) dirty.add(id);
    }
    for (const id of message.gone || []) forget(id);
    for (const unit of message.units || []) learn(unit);
    if (message.units || message.gone || message.properties) due.add("alarms").add("events");
    if (message.events) {
      events = message.events;
      due.add("events");
    }
    if (message.log) drawLog(message.log);
    redraw();
  }

  // The connection

  let source = null;

  function linked(text, colour) {
    tone(byId("link"), colour);
    if (byId("link-text").textContent !== text) byId("link-text").textContent = text;
  }

  function connect() {
    if (source) source.close();
    source = new EventSource("events");
    source.onopen = () => linked("Live", "good");
    source.onmessage = (event) => take(JSON.parse(event.data));
    source.onerror = () => {
      linked("Connection lost", "bad");
      // A refusal ends it for good; anything else it tries again by itself.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN);
    };
  }

  setInterval(() => {
    if (document.hidden) return;
    for (const node of document.querySelectorAll("time[data-way]")) tell(node);
  }, 1000);

  // The tools

  function chosen() {
    groupLimit = GROUPS;
    for (const group of groups.values()) {
      group.chosen = null;
      group.limit = CARDS;
    }
    redraw(groups.keys());
  }

  byId("search").addEventListener("input", (event) => {
    query = event.target.value.trim().toLowerCase();
    chosen();
  });
  for (const button of document.querySelectorAll(".choice button")) {
    button.addEventListener("click", () => {
      kind = button.dataset.kind;
      for (const other of document.querySelectorAll(".choice button")) {
        other.setAttribute("aria-pressed", String(other === button));
      }
      chosen();
    });
  }
  byId("more").addEventListener("click", () => {
    groupLimit += GROUPS;
    redraw();
  });

  connect();
})();
