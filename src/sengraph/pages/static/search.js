// The search of a site of files: it reads the parts of an index that the words need, and lists what holds them all.
// The index has parts by the first letters of words; `index.json` tells which there are, and how much is in each.
"use strict";

(() => {
  const found = document.getElementById("found");
  if (!found) return;
  const MOST = 100; // things that are listed
  const PARTS = 24; // parts that are read for one search
  const index = new URL(found.dataset.index, document.baseURI);
  const words = (new URLSearchParams(location.search).get("words") || "").slice(0, 200).trim();
  const field = document.getElementById("words");
  if (field) field.value = words;

  /** Return a text as words are compared: without accents, in small letters. */
  function folded(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  async function read(name) {
    const response = await fetch(new URL(name, index));
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return response.json();
  }

  /** Return the fewest parts that have all things with one of the words, and whether these are all of them. */
  function partsFor(asked, parts) {
    let best = [];
    let least = Infinity;
    for (const word of asked) {
      const names = Object.keys(parts).filter((name) => word.startsWith(name) || name.startsWith(word));
      const size = names.reduce((sum, name) => sum + parts[name][1], 0);
      if (size < least) [best, least] = [names, size];
    }
    return best.slice(0, PARTS).map((name) => parts[name]).concat(best.length > PARTS ? [[-1, 0, 1]] : []);
  }

  /** Return how near a text is to what was asked: the words, a text that begins with them, one that has them. */
  function rank(text, kind, asked) {
    if (kind > 1) return 3;
    return text === asked ? 0 : text.startsWith(asked) ? 1 : 2;
  }

  function say(text) {
    const line = document.createElement("p");
    line.setAttribute("role", "status");
    line.textContent = text;
    found.replaceChildren(line);
  }

  function show(hits, kinds, isCut) {
    const number = `${hits.length.toLocaleString("en")} thing${hits.length === 1 ? "" : "s"}`;
    const more = hits.length > MOST ? `; the first ${MOST} are listed` : "";
    say(hits.length ? `${number}${more}.${isCut ? " There may be more: give more of a word." : ""}` : "Nothing here holds all of these words. Try fewer, or the beginning of a word.");
    const list = document.createElement("ol");
    list.className = "found";
    for (const [label, path, kind, text] of hits.slice(0, MOST)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const name = document.createElement("bdi");
      name.textContent = label;
      link.append(name);
      link.href = new URL(`../${path}`, index).href;
      item.append(link);
      if (text) {
        const said = document.createElement("span");
        said.textContent = ` ${kinds[kind]}: ${text}`;
        item.append(said);
      }
      list.append(item);
    }
    found.append(list);
  }

  async function search() {
    const asked = folded(words).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
    if (!asked.length) return;
    say("Searching …");
    const { parts, kinds } = await read("index.json");
    const chosen = partsFor(asked, parts);
    const isCut = chosen.some(([, , cut]) => cut);
    const read_ = await Promise.all(chosen.filter(([number]) => number >= 0).map(([number]) => read(`${number}.json`)));
    const best = new Map();
    const whole = folded(words);
    for (const entry of read_.flat()) {
      const [label, path, kind, text] = entry;
      const said = folded(text || label);
      const all = `${said} ${folded(path)}`;
      if (!asked.every((word) => all.includes(word))) continue;
      const near = rank(said, kind, whole);
      if (!best.has(path) || near < best.get(path)[0]) best.set(path, [near, entry]);
    }
    const order = [...best.values()].sort((a, b) => a[0] - b[0] || a[1][0].length - b[1][0].length || (a[1][0] < b[1][0] ? -1 : 1));
    show(order.map(([, entry]) => entry), kinds, isCut);
  }

  search().catch(() => say("The index cannot be read here: the names are listed below by their first letter."));
})();
