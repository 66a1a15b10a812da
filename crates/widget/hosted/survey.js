// The hosted page: its address becomes the survey's attributes, and in a frame it tells the page around it what
// happens. Whoever writes an address may be anybody, so what is not known is not passed on, and what would lead an
// answer or a person astray is refused by name.

const TEXTS = {
  en: {
    survey: "Survey",
    damaged: "This link is incomplete or damaged: $. Please tell whoever sent it to you.",
    closed: "This survey is not open at the moment.",
    failed: "This survey could not be loaded. Please try again later.",
    preview: "Preview: this link names no address for answers, so nothing is sent.",
    goes: "Your answer goes to $.",
    close: "Close",
  },
  de: {
    survey: "Umfrage",
    damaged: "Dieser Link ist unvollständig oder beschädigt: $. Bitte sagen Sie es der Person, die ihn geschickt hat.",
    closed: "Diese Umfrage ist zurzeit nicht offen.",
    failed: "Diese Umfrage konnte nicht geladen werden. Bitte versuchen Sie es später noch einmal.",
    preview: "Vorschau: Dieser Link nennt keine Adresse für Antworten, es wird nichts gesendet.",
    goes: "Ihre Antwort geht an $.",
    close: "Schließen",
  },
};

const GROUPS = "promoter passive detractor satisfied unsatisfied easy difficult".split(" ");
const grouped = (name) => [name, ...GROUPS.map((group) => `${name}-${group}`)];
const ADDRESSES = ["endpoint", "privacy", ...grouped("link")];
/** What goes to the element as it is. Moment and place are the frame's business. */
const ATTRIBUTES = new Set([
  ..."survey kind scale symbols product locale question low high consent privacy-text send close optional".split(" "),
  ..."offline error empty customer segment page page-address score pages sample from until cool-down".split(" "),
  ..."cool-down-dismissed storage".split(" "),
  ...["follow-up", "thanks", "link-text"].flatMap(grouped),
  ...ADDRESSES,
]);
/** What is told to this page. */
const OWN = new Set("theme place origin base force accent surface ink radius font trigger".split(" "));
const LOOKS = { accent: "color", surface: "color", ink: "color", radius: "border-radius", font: "font-family" };

const root = document.documentElement;
const [heading, place, message, leave] = ["h1", "#place", "#message", "#leave"].map((name) => document.querySelector(name));
const framed = parent !== window;

/** The address's parameters, the first of each name. What follows a # is never sent to a server. */
function parameters() {
  const found = new Map();
  for (const text of [location.search, location.hash]) {
    for (const [name, value] of new URLSearchParams(text.slice(1))) {
      if (!found.has(name)) found.set(name, value);
    }
  }
  return found;
}

const given = parameters();
const locale = language(given.get("locale")) ?? navigator.language;
const german = /^de(?![a-z])/i.test(locale);
const texts = TEXTS[german ? "de" : "en"];

/** A locale that the browser knows how to read. */
function language(text) {
  try {
    return text && new Intl.Locale(text.replaceAll("_", "-")).toString();
  } catch {
    return undefined;
  }
}

/** The page around this one that may be told, if the address names it. */
const embedder = framed ? webOrigin(given.get("origin")) : undefined;

/** The address, or nothing where it is none. */
function parse(text, base) {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

function webOrigin(text) {
  const address = parse(text);
  return address && /^https?:$/.test(address.protocol) && address.origin === text ? text : undefined;
}

function tell(type, facts) {
  if (embedder) parent.postMessage({ type: `keeprate-${type}`, ...facts }, embedder);
}

function say(text, alone) {
  message.textContent = text;
  message.classList.toggle("alone", Boolean(alone));
}

/** Nothing is asked: says why, here and around. */
function refuse(reason, text) {
  place.replaceChildren();
  leave.hidden = true;
  say(text, true);
  tell("refused", { detail: reason });
}

/** The web address that a parameter stands for, relative to the page that has written it. */
function web(name) {
  const address = parse(given.get(name), parse(given.get("base")) ?? location);
  const known = name === "endpoint" ? /^https?:$/ : /^(https?|mailto):$/;
  return address && known.test(address.protocol) ? address.href : undefined;
}

/** The element's attributes, or the name of what is wrong with the address. */
function attributes() {
  const accepted = new Map([["locale", locale]]);
  if (!given.get("survey")) return { wrong: "survey" };
  if (given.has("origin") && !webOrigin(given.get("origin"))) return { wrong: "origin" };
  if (given.has("page") && !parse(given.get("page"))) return { wrong: "page" };
  const ignored = [];
  for (const [name, value] of given) {
    if (ADDRESSES.includes(name) && value !== "") {
      const address = web(name);
      if (!address) return { wrong: name };
      accepted.set(name, address);
    } else if ((ATTRIBUTES.has(name) && name !== "locale") || /^data-[\w-]+$/.test(name)) {
      accepted.set(name, value);
    } else if (!OWN.has(name) && name !== "locale") {
      ignored.push(name);
    }
  }
  // An element that became this frame brings along whatever a page has put on it.
  if (ignored.length > 0 && !framed) console.warn(`keeprate survey: not known and ignored: ${ignored.join(", ")}`);
  if (given.get("place") in { popover: 0, bar: 0, modal: 0 }) {
    leavable();
    // What the element assumes in a place of its own.
    for (const [name, days] of [["cool-down", "90"], ["cool-down-dismissed", "30"]]) {
      if (!accepted.has(name)) accepted.set(name, days);
    }
  }
  return { accepted };
}

function leavable() {
  leave.hidden = !framed;
  root.classList.toggle("leavable", framed);
}

/** Colours as the address wishes; a frame without a wish goes by what its page has chosen as its colour scheme. */
function dress() {
  const theme = given.get("theme") ?? "auto";
  const [light, dark] = ["light", "dark"].map((word) => theme.split(" ").includes(word));
  if (light !== dark) root.classList.add(light ? "light" : "dark");
  else if (theme === "normal") root.classList.add("light");
  for (const [name, property] of Object.entries(LOOKS)) {
    const value = given.get(name)?.trim();
    if (value && CSS.supports(property, value)) root.style.setProperty(`--keeprate-${name}`, value);
  }
}

async function ask(accepted) {
  const survey = document.createElement("keeprate-survey");
  for (const [name, value] of accepted) survey.setAttribute(name, value);
  survey.setAttribute("trigger", "code");
  for (const type of ["shown", "change", "submit", "delivered", "failed", "dismissed"]) {
    survey.addEventListener(`keeprate-${type}`, ({ detail }) => {
      tell(type, { detail, ...(type === "shown" && { title: document.title }) });
    });
  }
  place.append(survey);
  await Promise.all([import("../widget/keeprate-survey.js"), customElements.whenDefined("keeprate-survey")]);
  await survey.whenReady;

  leave.addEventListener("click", () => survey.dismiss());
  addEventListener("keydown", ({ key }) => key === "Escape" && !leave.hidden && survey.dismiss(), true);
  addEventListener("message", ({ source, origin, data }) => {
    if (source === parent && embedder && origin === embedder && data?.type === "keeprate-dismiss") {
      survey.dismiss();
    }
  });
  const result = await survey.show({ force: given.has("force") });
  if (result !== "shown") return refuse(result, texts.closed);
  const endpoint = accepted.get("endpoint") && new URL(accepted.get("endpoint"));
  if (!endpoint) say(embedder ? "" : texts.preview);
  // Whoever opens a link cannot see where it sends an answer to; a page around this one answers for itself.
  else if (!framed && endpoint.origin !== location.origin) say(texts.goes.replace("$", () => endpoint.host));
}

function start() {
  root.lang = german ? "de" : "en";
  root.classList.toggle("framed", framed);
  leave.setAttribute("aria-label", given.get("close") || texts.close);
  const product = given.get("product")?.trim();
  document.title = product ? `${texts.survey}: ${product}` : texts.survey;
  heading.textContent = product || texts.survey;
  dress();
  new ResizeObserver(() => {
    tell("height", { height: Math.ceil(document.querySelector("main").getBoundingClientRect().height) });
  }).observe(document.querySelector("main"));
  const { accepted, wrong } = attributes();
  if (wrong) return refuse(wrong, texts.damaged.replace("$", () => wrong));
  ask(accepted).catch(() => refuse("load", texts.failed));
}

start();
