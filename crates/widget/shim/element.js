// <keeprate-survey>: owns the element, remembers the state and carries out what the machine says.

import { isReady, ready, turn } from "./machine.js";
import { drain, submit } from "./queue.js";
import css from "./style.css";

const TAG = "keeprate-survey";
const VERSION = __VERSION__;
const NAMES = (
  "survey kind scale symbols product endpoint locale question low high follow-up consent privacy privacy-text thanks " +
  "link link-text send close optional offline error empty customer segment page page-address score theme place trigger pages " +
  "sample from until cool-down cool-down-dismissed"
).split(" ");

const attributeOf = (property) => property.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
const propertyOf = (attribute) => attribute.replace(/-./g, (letters) => letters[1].toUpperCase());

/** The names and values of a definition, with its texts and hidden fields on the same level. */
function flatten({ messages, data, ...rest }) {
  const flat = {};
  for (const [name, value] of Object.entries({ ...messages, ...rest })) flat[attributeOf(name)] = value;
  for (const name in data) flat["data-" + name] = data[name];
  return flat;
}

/** UUID version 7: milliseconds, then chance. */
function uuid() {
  const time = Date.now().toString(16).padStart(12, "0");
  const chance = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => (byte + 256).toString(16).slice(1)).join("");
  const variant = "89ab"[parseInt(chance[3], 16) & 3];
  return [time.slice(0, 8), time.slice(8), 7 + chance.slice(0, 3), variant + chance.slice(4, 7), chance.slice(7, 19)].join("-");
}

// On a server there is nothing to be.
const Base = globalThis.HTMLElement ?? class {};
let sheet;

class Survey extends Base {
  static version = VERSION;
  static observedAttributes = [...NAMES, "config"];

  #root = this.attachShadow({ mode: "open" });
  #state = {};
  #definition = {};
  #storage;
  // While the element is on a page; while it waits for its moment.
  #life;
  #waiting;
  #timer;
  #release;
  #before;
  #planned;
  #configured;
  #painted;

  /** Resolves when the survey's machine is loaded. */
  whenReady = ready;

  constructor() {
    super();
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    this.#root.adoptedStyleSheets = [sheet];
    const on = (type, work, capture) => this.#root.addEventListener(type, work, capture);
    on("change", ({ target }) => {
      if (target.name) this.#turn("choose", { "@score": target.value });
      else this.#fire("change");
    });
    on("submit", (event) => {
      event.preventDefault();
      this.#turn("submit");
    });
    on("click", ({ target }) => target.id === "close" && this.dismiss());
    on("keydown", (event) => this.#press(event));
    // A gesture that goes back closes a dialog as well.
    on("cancel", (event) => (event.preventDefault(), this.dismiss()), true);
    on("focusin", ({ relatedTarget }) => (this.#before ??= relatedTarget));
  }

  connectedCallback() {
    if (this.#life) return this.#raise();
    // What was set before this class was there would hide its accessors.
    for (const name of [...NAMES.map(propertyOf), "config", "storage"]) {
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    this.#life = new AbortController();
    const { signal } = this.#life;
    // A hidden page may never be seen again: telephones close it without a word.
    addEventListener("pagehide", () => this.#turn("settle", {}, true), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.#turn("settle", {}, true), { signal });
    matchMedia("(prefers-color-scheme:dark)").addEventListener("change", () => this.#paint(), { signal });
    const route = () => this.#turn("route");
    visualViewport?.addEventListener("resize", () => this.#makeRoom(), { signal });
    addEventListener("popstate", route, { signal });
    globalThis.navigation?.addEventListener("currententrychange", route, { signal });
    this.#start();
  }

  disconnectedCallback() {
    // An element that is only moved is back by then.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#turn("settle");
      this.#life?.abort();
      this.#life = undefined;
      this.#stop();
    });
  }

  attributeChangedCallback(name, before, after) {
    if (before === after) return;
    if (name === "config") this.#configured = this.#configure(after);
    if (this.#life) this.#start();
  }

  /** Shows the survey if its rules allow it, or in any case. Resolves to "shown", or to what stands in the way. */
  async show({ force } = {}) {
    await Promise.all([ready, this.#configured]);
    const inline = this.#place() === "inline";
    if (!inline && !force && !this.#release && !(await this.#lock())) return "other tab";
    const result = await this.#turn("show", force && { "@force": "" });
    if (result !== "shown") this.#release?.();
    return result;
  }

  dismiss() {
    this.#turn("dismiss");
  }

  /** Forgets the answer and begins anew; cool-downs stay. */
  reset() {
    this.#turn("settle");
    this.#clear();
    this.#state = {};
    this.#start();
  }

  get config() {
    return this.#definition;
  }

  set config(value) {
    if (typeof value === "string") return this.setAttribute("config", value);
    this.#definition = flatten(value ?? {});
    if (this.#life) this.#start();
  }

  get storage() {
    return this.#storage ?? this.getAttribute("storage");
  }

  set storage(value) {
    this.#storage = value;
  }

  async #configure(text) {
    try {
      let definition = {};
      if (/^\s*{/.test(text)) definition = JSON.parse(text);
      else if (text) definition = await (await fetch(new URL(text, document.baseURI))).json();
      // A later one may have overtaken it.
      if (this.getAttribute("config") === text) this.config = definition;
    } catch (error) {
      console.warn(`${TAG}: config: ${error.message}`);
    }
  }

  #value(name) {
    return this.getAttribute(name) ?? this.#definition[name];
  }

  #place() {
    return this.#value("place") ?? "inline";
  }

  /** What storage there is: a page may bring its own, forbid it, or live where the browser forbids it. */
  #kept(text) {
    try {
      const storage = this.storage ?? localStorage;
      const name = `keeprate.survey.${this.#value("survey")}`;
      return text === undefined ? storage.getItem(name) : storage.setItem(name, text);
    } catch {
      return "";
    }
  }

  /** Several changes of one task are one start. */
  #start() {
    this.#planned ??= Promise.all([ready, this.#configured])
      .then(() => {
        this.#planned = undefined;
        if (this.#life) this.#turn("start");
      })
      .catch((error) => console.warn(`${TAG}: ${error.message}`));
  }

  #stop() {
    this.#waiting?.abort();
    clearTimeout(this.#timer);
    this.#release?.();
  }

  #turn(event, facts = {}, leaving) {
    if (!isReady()) return;
    const focused = this.#root.activeElement;
    const now = new Date();
    const page = new URL(this.#value("page") ?? "", location);
    const locale = this.#value("locale") ?? this.closest("[lang]")?.lang;
    const commands = turn([
      ["@event", event],
      ["@now", Math.floor(now / 1e3)],
      ["@moment", now.toISOString().slice(0, 19) + "Z"],
      ["@path", page.pathname],
      ["@page", page],
      ["@locale", locale || navigator.language],
      ["@uuid", uuid()],
      ["@chance", crypto.getRandomValues(new Uint32Array(1))[0]],
      ["@kept", this.#kept()],
      ["@comment", this.#get("comment")?.value.trim()],
      ...Object.entries(facts),
      ...Object.entries(this.#state),
      ...[...this.attributes].map(({ name, value }) => [name, value]),
      ...Object.entries(this.#definition),
    ], this);
    let result;
    let node;
    for (const [verb, first, ...rest] of commands) {
      const target = this.#get(first);
      switch (verb) {
        case "<":
        case "svg":
          node = node.appendChild(
            verb === "<" ? document.createElement(first) : document.createElementNS("http://www.w3.org/2000/svg", first),
          );
          for (let index = 0; index < rest.length; index += 2) {
            if (rest[index + 1]) node.setAttribute(rest[index], rest[index + 1]);
          }
          break;
        case ">":
          node = node.parentNode;
          break;
        case '"':
          node.append(first);
          break;
        case "@":
          node = first ? target : this.#root;
          node?.replaceChildren();
          break;
        case "=":
          target?.setAttribute(...rest);
          break;
        case "state":
          this.#state[first] = rest[0];
          break;
        case "keep":
          this.#kept(first);
          break;
        case "wait":
          this.#wait(first, rest[0]);
          break;
        case "later":
          clearTimeout(this.#timer);
          this.#timer = setTimeout(() => this.#turn("settle"), first);
          break;
        case "open":
          this.#raise();
          break;
        case "close":
          this.#clear();
          break;
        case "check":
          target.checked = true;
          target.focus();
          break;
        case "focus":
          if (focused) target?.focus();
          break;
        case "fire":
          this.#fire(first);
          break;
        case "send":
          this.#send(first, ...rest, leaving);
          break;
        case "paint":
          this.#get("box").style.setProperty("--fill", first);
          this.#get("box").style.setProperty("--ink-on-fill", rest[0]);
          break;
        case "result":
          result = first;
      }
    }
    // What was drawn anew under the person's hands gets the focus back.
    if (focused && !this.#root.activeElement) this.#get(focused.id)?.focus();
    return result;
  }

  #get(id) {
    return this.#root.getElementById(id);
  }

  #press(event) {
    // The page's own shortcuts must not take the letters of a comment.
    event.stopPropagation();
    const { key, target } = event;
    if (key === "Escape" && this.#place() !== "inline") {
      event.preventDefault();
      this.dismiss();
    } else if (target.name && /^\d$/.test(key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.#turn("digit", { "@digit": key });
    }
  }

  #fire(name, detail, cancelable = false) {
    const { survey, score } = { survey: this.#value("survey"), score: this.#state[".score"] };
    detail ??= { survey, score: score ? +score : undefined, comment: this.#get("comment")?.value };
    return this.dispatchEvent(
      new CustomEvent(`keeprate-${name}`, { detail, cancelable, bubbles: true, composed: true }),
    );
  }

  /** Waits for the moment to ask. */
  #wait(trigger, argument) {
    this.#waiting?.abort();
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    const due = () => {
      this.#waiting.abort();
      this.show();
    };
    const listen = (target, type, work = due) => target.addEventListener(type, work, { signal, capture: true });
    if (trigger === "delay") {
      const timer = setTimeout(due, argument * 1e3);
      signal.onabort = () => clearTimeout(timer);
    } else if (trigger === "scroll") {
      listen(document, "scroll", ({ target }) => {
        const { scrollTop, clientHeight, scrollHeight } = target.scrollingElement ?? target;
        if ((scrollTop + clientHeight) * 100 >= scrollHeight * argument) due();
      });
    } else if (trigger === "exit") {
      listen(document.documentElement, "mouseout", ({ relatedTarget, clientY }) => !relatedTarget && clientY <= 0 && due());
    } else if (trigger === "event") {
      listen(document, argument);
    } else if (trigger !== "code") {
      due();
    }
  }

  /** At most one tab asks at a time. */
  #lock() {
    return new Promise((resolve) => {
      const hold = (lock) => {
        resolve(lock);
        return lock && new Promise((release) => (this.#release = () => (release(), (this.#release = undefined))));
      };
      const asked = navigator.locks?.request(`keeprate.survey.${this.#value("survey")}`, { ifAvailable: true }, hold);
      // Where the browser has no locks to give, each tab asks for itself.
      asked ? asked.catch(() => resolve(true)) : resolve(true);
    });
  }

  /** Puts what is drawn where it belongs; an element that was moved has fallen out of the browser's top layer. */
  #raise() {
    const box = this.#get("box");
    if (!box?.isConnected) return;
    if (box.showModal) {
      if (!box.matches(":modal")) {
        box.close();
        box.showModal();
      }
    } else if (box.popover && !box.matches(":popover-open")) {
      box.showPopover();
    }
    this.#paint();
  }

  /** Asks for colours that can be read, whatever the page has chosen. */
  #paint() {
    const probe = this.#get("probe");
    const chosen = (name) => getComputedStyle(this).getPropertyValue("--keeprate-" + name);
    // The survey's own colours can be read, and to ask for those of the probe lays the whole survey out once more.
    if (!probe || !(this.#painted ||= chosen("accent") || chosen("surface"))) return;
    const style = getComputedStyle(probe);
    const [accent, surface] = [style.color, style.backgroundColor].map((colour) =>
      colour.match(/[\d.]+(e-\d+)?/g).slice(0, 3).map((channel) => Math.round(channel * (/^rgb/.test(colour) ? 1 : 255))),
    );
    this.#turn("colours", { "@accent": accent, "@surface": surface });
  }

  /** The keyboard of a telephone must not cover the field that it writes into. */
  #makeRoom() {
    const covered = innerHeight - visualViewport.height * visualViewport.scale;
    this.#get("box")?.style.setProperty("--keyboard", `${Math.max(0, Math.round(covered))}px`);
    this.#root.activeElement?.scrollIntoView({ block: "nearest" });
  }

  #clear() {
    const focused = this.#root.activeElement;
    this.#get("box")?.close?.();
    this.#root.replaceChildren();
    this.#stop();
    if (focused) this.#before?.focus();
    this.#before = undefined;
  }

  async #send(id, partial, body, leaving) {
    const response = JSON.parse(body);
    if (!this.#fire("submit", response, true)) return partial || this.#turn("prevented");
    const endpoint = this.#value("endpoint");
    const watch = (result, status, entry) => {
      const response = JSON.parse(entry.body);
      if (isNaN(result)) this.#fire(result, { response, status });
      else if (!response.partial) this.#turn("late");
    };
    const safe =
      !endpoint ||
      (await submit({
        id,
        partial,
        body,
        leaving,
        watch,
        endpoint: new URL(endpoint, document.baseURI).href,
        durable: this.storage !== "none",
      }));
    if (!partial) this.#turn(safe ? "stored" : "unsent");
  }
}

for (const name of NAMES) {
  Object.defineProperty(Survey.prototype, propertyOf(name), {
    get() {
      return this.getAttribute(name);
    },
    set(value) {
      if (value == null || value === false) this.removeAttribute(name);
      else this.setAttribute(name, value === true ? "" : value);
    },
    enumerable: true,
    configurable: true,
  });
}

if (ready) {
  const other = customElements.get(TAG);
  if (!other) {
    customElements.define(TAG, Survey);
    addEventListener("online", () => drain(true));
    ready.then(() => drain()).catch(() => {});
  } else if (other.version !== VERSION) {
    console.warn(`${TAG} ${VERSION}: this page already has version ${other.version} and keeps it`);
  }
}
