// The editor on the page for SPARQL: it takes the place of the form's text, completes what the graph has, and shows
// answers. Yasgui's two parts are used by themselves, the editor (Yasqe) and the results (Yasr): what sends queries to
// other endpoints, or takes their address from a link, is not there. Whatever fails, the form below stays as it is.
"use strict";

(() => {
  if (!window.Yasgui) return;
  const { Yasqe, Yasr } = window.Yasgui.default || window.Yasgui;
  const form = document.getElementById("query");
  const text = document.getElementById("text");
  const format = document.getElementById("format");
  const endpoint = new URL(form.action, document.baseURI).href;
  let settings, terms, labels;

  /** Take what the server tells of the graph: prefixes, terms, examples, and where documents are. */
  async function learn() {
    const response = await fetch(form.dataset.settings);
    settings = await response.json();
    for (const name of ["documents", "resource"]) settings[name] = new URL(settings[name], response.url).href;
    terms = settings.terms.map(([name, label, kind]) => ({ name, label, kind, words: `${name} ${label}`.toLowerCase() }));
    labels = new Map(terms.map((term) => [term.name, term.label]));
  }

  // ------------------------------------------------------------------ names

  /** Return an IRI as the known prefixes have it, or between angle brackets. */
  function compact(iri) {
    for (const [prefix, namespace] of Object.entries(settings.prefixes)) {
      const local = iri.slice(namespace.length);
      if (iri.startsWith(namespace) && /^\w([\w.-]*[\w-])?$/.test(local)) return `${prefix}:${local}`;
    }
    return `<${iri}>`;
  }

  /** Return where a thing's page is; nothing if a browser may not be sent there. */
  function address(iri) {
    if (!iri.startsWith(settings.base)) return /^(https?|mailto):/i.test(iri) ? iri : "";
    const path = iri.slice(settings.base.length).replace(/^(ontology|service)#(?=.)/, "$1/");
    const isLost = /(^|\/)(\.|%2e){0,2}(?=\/|$)|[?#]/i.test(path);
    return isLost ? settings.resource + encodeURIComponent(iri) : settings.documents + encodeURI(path);
  }

  // ------------------------------------------------------------- completion

  const OFFERED = 60;

  /** Return the terms that a text is a part of, the best first: of the wanted kind, ours, those that begin with it. */
  function matching(typed, kind) {
    const [, prefix, local] = /^(?:([^:]*:))?(.*)$/.exec(typed.toLowerCase());
    const rank = (term) =>
      (term.kind === kind ? 0 : 8) + (term.label ? 0 : 4) + (begins(term, local) ? 0 : term.name.toLowerCase().includes(local) ? 1 : 2);
    return terms
      .filter((term) => term.words.startsWith(prefix || "") && term.words.includes(local) && term.name !== typed)
      .map((term) => [rank(term), term])
      .sort(([one], [other]) => one - other)
      .slice(0, OFFERED)
      .map(([, term]) => term);
  }

  function begins(term, local) {
    return term.label.toLowerCase().startsWith(local) || term.name.toLowerCase().split(":")[1].startsWith(local);
  }

  /** Return which kind of term is wanted where the cursor is. */
  function wanted(yasqe, token) {
    const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token).string;
    if (before === "a" || before === "rdf:type") return "class";
    return (token.state.possibleCurrent || []).includes("a") ? "property" : "thing";
  }

  /** Return an empty token at the cursor for the blank that it stands in or behind, else the token. */
  function atCursor(yasqe, token) {
    const cursor = yasqe.getDoc().getCursor();
    return token.string.trim() ? token : { ...token, string: "", from: { ch: cursor.ch }, to: { ch: cursor.ch } };
  }

  /** Return a completer for what a test lets through. */
  function completer(name, autoShow, isMeant) {
    return {
      name,
      autoShow,
      bulk: false,
      isValidCompletionPosition: (yasqe) => {
        const token = yasqe.getCompleteToken();
        const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token).string.toUpperCase();
        return before !== "PREFIX" && !/comment|string$|atom/.test(token.type || "") && isMeant(token, yasqe);
      },
      preProcessToken: atCursor,
      get: (yasqe, token) => matching(token.string, wanted(yasqe, token)).map((term) => term.name),
      postprocessHints: (_yasqe, hints) => hints.map((hint) => ({ ...hint, render: (element) => offer(element, hint.text) })),
    };
  }

  function offer(element, name) {
    const code = document.createElement("code");
    code.textContent = name;
    element.append(code, ` ${labels.get(name) || ""}`);
  }

  /** Set what is completed: variables, our prefixes, and our terms in the place of those of services elsewhere. */
  function setCompletion() {
    const prefixes = Object.entries(settings.prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`);
    const typed = (token) => token.autocompletionString || token.string;
    Yasqe.forkAutocompleter("prefixes", {
      name: "prefixes",
      bulk: false,
      get: (_yasqe, token) => (token ? prefixes.filter((each) => each.startsWith(typed(token))) : prefixes),
    });
    for (const name of ["class", "property"]) delete Yasqe.Autocompleters[name];
    Yasqe.registerAutocompleter(completer("terms", true, (token) => /^[A-Za-z][\w-]*:[\w.-]*$/.test(token.string)));
    Yasqe.registerAutocompleter(
      completer("words", false, (token, yasqe) =>
        token.string.trim()
          ? /^[A-Za-z][\w-]{2,}$/.test(token.string) && matching(token.string).length > 0
          : wanted(yasqe, token) !== "thing",
      ),
    );
    Yasqe.defaults.autocompleters = ["variables", "prefixes", "terms", "words"];
  }

  // ---------------------------------------------------------------- answers

  /** Show things in answers as links to their pages, and everything else as text, of which nothing is markup. */
  function setAnswers() {
    const table = Yasr.plugins.table.prototype;
    const columns = table.getColumns;
    table.getColumns = function () {
      const render = (value, type) => {
        if (value === "") return "";
        return type === "display" ? this.getCellContent(value) : escaped(value.value); // also what is sorted and filtered
      };
      const ours = (column) => ({ ...column, title: escaped(column.name), render });
      return columns.call(this).map((column, number) => (number ? ours(column) : { ...column, title: "#" }));
    };
    const controls = table.drawControls;
    table.drawControls = function () {
      controls.call(this);
      this.tableSizeField.setAttribute("aria-label", "Rows on a page");
    };
    table.getCellContent = function (value) {
      const cell = document.createElement("div");
      const content = document.createElement("span");
      cell.append(content);
      if (value.type === "uri") {
        content.append(...thing(value.value, this.persistentConfig.compact));
      } else {
        content.className = "nonIri";
        content.textContent = value.type === "bnode" ? `_:${value.value}` : value.value;
        if (!this.persistentConfig.compact) content.append(...kindOf(value));
      }
      return cell.outerHTML; // written by the browser, in which everything is escaped
    };
  }

  function escaped(plain) {
    const element = document.createElement("span");
    element.textContent = plain;
    return element.innerHTML;
  }

  function thing(iri, isSimple) {
    const name = compact(iri);
    const label = labels.get(name) || "";
    const link = document.createElement(address(iri) ? "a" : "span");
    if (address(iri)) link.href = address(iri);
    link.textContent = isSimple && label ? label : name;
    link.title = iri;
    if (isSimple || !label) return [link];
    const said = document.createElement("small");
    said.textContent = label;
    return [link, " ", said];
  }

  function kindOf(value) {
    const kind = value["xml:lang"] ? `@${value["xml:lang"]}` : value.datatype ? compact(value.datatype) : "";
    if (!kind) return [];
    const said = document.createElement("small");
    said.textContent = kind;
    return [" ", said];
  }

  /** Return what the server says of a failure: it sends a problem document, or a text. */
  async function failure(error) {
    const said = document.createElement("p");
    said.className = "fault";
    said.setAttribute("role", "alert");
    said.textContent = error.text || error.statusText || "The server did not answer.";
    try {
      said.textContent = JSON.parse(error.text).detail || error.text;
    } catch {
      // it is a text
    }
    return said;
  }

  // ------------------------------------------------------------------- page

  /** Return a choice of examples. */
  function choice(yasqe) {
    const line = document.createElement("p");
    const label = document.createElement("label");
    const select = document.createElement("select");
    const groups = new Map();
    label.textContent = "Examples ";
    label.htmlFor = select.id = "examples";
    select.append(new Option("choose a question", ""));
    for (const example of settings.examples) {
      if (!groups.has(example.tag)) {
        const group = document.createElement("optgroup");
        group.label = example.tag || "others";
        groups.set(example.tag, group);
        select.append(group);
      }
      groups.get(example.tag).append(new Option(example.summary, example.name));
    }
    select.addEventListener("change", () => {
      const example = settings.examples.find((each) => each.name === select.value);
      if (example) yasqe.setValue(example.sparql);
    });
    line.className = "examples";
    line.append(label, select);
    return line;
  }

  /** Declare the known prefixes that a query uses: the server knows them, the editor takes them for a slip. */
  function declare(yasqe) {
    const isUsed = ([prefix]) => new RegExp(`(^|[^\\w:<?$-])${prefix}:`).test(yasqe.getValue());
    yasqe.addPrefixes(Object.fromEntries(Object.entries(settings.prefixes).filter(isUsed)));
  }

  function keys() {
    const line = document.createElement("p");
    line.className = "faint keys";
    line.textContent = "Ctrl+Space completes, Ctrl+Enter runs.";
    return line;
  }

  function start() {
    setCompletion();
    setAnswers();
    const place = document.createElement("div");
    place.id = "editor";
    place.className = "yasgui";
    form.before(place); // its buttons are not the form's
    const yasqe = new Yasqe(place, {
      value: text.value,
      persistenceId: "sengraph", // what was typed last is there again, unless the page comes with a query
      createShareableLink: () => `${endpoint}?query=${encodeURIComponent(yasqe.getValue())}`,
      requestConfig: { endpoint, acceptHeaderGraph: "text/turtle", acceptHeaderSelect: "application/sparql-results+json" },
      extraKeys: { Tab: false, "Shift-Tab": false },
    });
    if ("asked" in form.dataset && !location.hash.includes("query=")) yasqe.setValue(text.value);
    declare(yasqe);
    for (const element of [text, ...text.labels]) element.hidden = true;
    text.required = false;
    yasqe.getInputField().setAttribute("aria-label", "Query");
    place.before(choice(yasqe), ...[document.getElementById("fault")].filter(Boolean));
    place.after(keys());
    listen(yasqe);
  }

  function listen(yasqe) {
    const place = document.createElement("div");
    place.id = "results";
    place.className = "yasgui";
    place.hidden = true;
    form.after(place);
    const yasr = new Yasr(place, {
      persistenceId: null,
      prefixes: settings.prefixes,
      errorRenderers: [failure],
      plugins: { table: { dynamicConfig: { isEllipsed: false } } }, // nothing of a cell is hidden, unless one wants it
    });
    place.querySelector(".yasr_response_chip").setAttribute("role", "status");
    yasr.on("drawn", () => place.querySelector(".CodeMirror textarea")?.setAttribute("aria-label", "Response"));
    yasqe.on("query", () => {
      for (const id of ["answer", "fault"]) document.getElementById(id)?.remove();
    });
    yasqe.on("queryResponse", (_yasqe, response, duration) => {
      place.hidden = false;
      yasr.setResponse(response, duration);
    });
    form.addEventListener("submit", (event) => {
      text.value = yasqe.getValue();
      if (format.value) return; // the browser fetches it
      event.preventDefault();
      yasqe.query().catch(() => {}); // it is shown among the results
    });
  }

  learn().then(start);
})();
