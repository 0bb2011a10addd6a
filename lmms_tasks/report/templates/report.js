"use strict";
(() => {
  const PAGE = 20;
  const data = JSON.parse(document.getElementById("data").textContent);
  const form = document.getElementById("filters");
  const list = document.getElementById("list");
  const status = document.getElementById("status");
  const place = document.getElementById("place");
  const pager = document.getElementById("pager");
  const before = document.getElementById("before");
  const after = document.getElementById("after");
  let first = 0;
  let found = [];

  // Texts of models are only ever set as text, never as markup.
  function element(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function fill(select, values, any) {
    if (any) select.append(new Option(any, ""));
    for (const [value, label] of values) select.append(new Option(label, value));
  }

  function matches(one, wanted) {
    if (wanted.task !== one.task) return false;
    if (wanted.kind && wanted.kind !== one.kind) return false;
    const replies = one.replies.filter((reply) => wanted.model === "" || reply[0] === Number(wanted.model));
    if (!replies.length) return false;
    if (wanted.outcome && !replies.some((reply) => reply[1] === wanted.outcome)) return false;
    if (!wanted.text) return true;
    const document = data.documents[one.document];
    const texts = [one.id, one.prompt, ...replies.map((reply) => reply[4])];
    if (document) texts.push(document.question, ...document.options);
    return texts.some((text) => text.toLowerCase().includes(wanted.text));
  }

  function media(one) {
    const box = element("div", "media");
    for (const [heading, number] of one.media) {
      const figure = element("figure");
      const strip = data.strips[number];
      if (!strip || strip[4]) {
        const gap = element("p", "gap");
        gap.append(element("strong", "", "No pictures: "), strip ? strip[4] : "no place within the page's size limit");
        figure.append(gap);
      } else {
        const image = element("img");
        [image.src, image.width, image.height] = strip;
        image.alt = `${heading}: ${strip[3]}`;
        figure.append(image);
      }
      figure.append(element("figcaption", "", strip && !strip[4] ? `${heading}; ${strip[3]}` : heading));
      box.append(figure);
    }
    return box;
  }

  function asked(one) {
    const box = element("div");
    box.append(media(one), element("p", "question", one.question));
    box.lastChild.dir = "auto";
    if (!one.options.length) {
      box.append(element("p", "small", `Truth: ${one.key}`));
      return box;
    }
    const options = element("ul", "options");
    one.options.forEach((text, number) => {
      const letter = String.fromCharCode(65 + number);
      const right = letter === one.key;
      options.append(element("li", right ? "key-option" : "", `${letter}. ${text}${right ? "  ✓ right" : ""}`));
    });
    box.append(options);
    return box;
  }

  function reply([model, outcome, said, rule, text, note]) {
    const box = element("div", "reply");
    const line = element("p");
    const told = [];
    if (outcome || said) told.push(`read as ${said || "nothing"}`);
    if (note) told.push(note);
    if (rule) told.push(`rule ${rule}: ${data.rules[rule] || "?"}`);
    line.append(element("i", `key m${model % 8}`), element("strong", "", `${data.models[model]} `));
    if (outcome) line.append(element("span", `badge ${outcome}`, outcome));
    line.append(element("span", "small", ` ${told.join("; ")}`));
    const raw = element("pre", "", text || "(empty)");
    raw.dir = "auto";
    raw.tabIndex = 0;
    raw.setAttribute("aria-label", `raw reply of ${data.models[model]}`);
    box.append(line, raw);
    return box;
  }

  function card(one, wanted) {
    const box = element("article", "card");
    const heading = element("h3", "", `${one.id} `);
    heading.append(element("span", "id", one.kind));
    box.append(heading);
    if (data.shown[one.task]) box.append(element("p", "small", `In this task ${data.shown[one.task]}.`));
    box.append(one.document < 0 ? element("p", "question", one.prompt) : asked(data.documents[one.document]));
    for (const said of one.replies) {
      if (wanted.model === "" || said[0] === Number(wanted.model)) box.append(reply(said));
    }
    return box;
  }

  function values() {
    const wanted = Object.fromEntries(new FormData(form));
    wanted.text = wanted.text.trim().toLowerCase();
    return wanted;
  }

  function draw() {
    const wanted = values();
    const shown = found.slice(first, first + PAGE);
    list.replaceChildren(...shown.map((one) => card(one, wanted)));
    status.textContent = found.length ? `${found.length} items` : "No item is like this.";
    place.textContent = found.length ? `${first + 1} to ${first + shown.length} of ${found.length}` : "";
    pager.hidden = found.length <= PAGE;
    before.disabled = first === 0;
    after.disabled = first + PAGE >= found.length;
  }

  function filter() {
    const wanted = values();
    found = data.cases.filter((one) => matches(one, wanted));
    first = 0;
    draw();
  }

  function kinds() {
    const select = form.elements.kind;
    const chosen = select.value;
    const there = new Set(data.cases.filter((one) => one.task === form.elements.task.value).map((one) => one.kind));
    select.replaceChildren();
    fill(select, [...there].map((kind) => [kind, kind]), "any");
    select.value = there.has(chosen) ? chosen : "";
  }

  function turn(steps) {
    first += steps * PAGE;
    draw();
    document.getElementById("items").scrollIntoView();
    list.querySelector("h3").tabIndex = -1;
    list.querySelector("h3").focus({ preventScroll: true });
  }

  const tasks = new Set(data.cases.map((one) => one.task));
  fill(form.elements.task, [...tasks].map((task) => [task, task]));
  fill(form.elements.model, data.models.map((name, number) => [number, name]), "all");
  kinds();
  form.hidden = false;
  form.elements.task.addEventListener("change", kinds);
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  before.addEventListener("click", () => turn(-1));
  after.addEventListener("click", () => turn(1));
  filter();
})();
