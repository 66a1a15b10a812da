// The demo page: its options become the survey's attributes, the survey's events a list, its answers another.
import { collect } from "./keeprate-responses.js";

const TEXTS = {
  en: {
    none: "No answers yet.",
    one: "1 answer",
    many: "$ answers",
    latest: "$ answers, the latest first:",
    text: "Open question",
    partial: "not yet sent",
    durable: "Answers given on this page are kept in this browser, until they or the browser’s data are deleted. Nothing is sent.",
    lost: "This browser keeps nothing: answers last as long as this page. Nothing is sent.",
    clear: "Delete all answers? They cannot be restored.",
  },
  de: {
    none: "Noch keine Antworten.",
    one: "1 Antwort",
    many: "$ Antworten",
    latest: "$ Antworten, die neuesten zuerst:",
    text: "Offene Frage",
    partial: "noch nicht gesendet",
    durable:
      "Antworten auf dieser Seite bleiben in diesem Browser, bis sie oder die Browserdaten gelöscht werden. Gesendet wird nichts.",
    lost: "Dieser Browser bewahrt nichts auf: Antworten bleiben, solange diese Seite offen ist. Gesendet wird nichts.",
    clear: "Alle Antworten löschen? Sie lassen sich nicht wiederherstellen.",
  },
};
/** How many answers are listed. */
const LISTED = 5;

const survey = document.querySelector("keeprate-survey");
const options = document.querySelector("#options");
const events = document.querySelector("#events");
const lines = document.querySelector("#lines");
const [count, latest, actions, kept] = ["#count", "#latest", "#actions", "#kept"].map((name) => document.querySelector(name));
// Before anything is waited for: who chooses another language meanwhile has chosen.
options.elements.locale.value = navigator.language.startsWith("de") ? "de" : "en";
const responses = collect({ survey: survey.getAttribute("survey") });
const hashes = await (await fetch("sri.json")).json();
const { version } = await customElements.whenDefined("keeprate-survey");

function translate(language) {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-de]")) {
    element.dataset.en ??= element.textContent;
    element.textContent = element.dataset[language];
  }
}

/** What a page needs to show this very survey. */
function show() {
  const address = (name) => new URL(`${version}/${name}`, location.href).href;
  const chosen = [...options.elements].map(({ name, value }) => ` ${name}="${value}"`).join("");
  lines.textContent = `<link rel="preload" href="${address("keeprate-survey.wasm")}" as="fetch" crossorigin>
<script type="module" src="${address("keeprate-survey.js")}" crossorigin
        integrity="${hashes["keeprate-survey.js"]}"></script>
<keeprate-survey survey="onboarding" product="Acme"${chosen}>
</keeprate-survey>`;
}

function part(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

/** An answer in the list: score, moment, comment. */
function listed({ kind, scale, score, comment, answered_at, partial }, language) {
  const item = document.createElement("li");
  const moment = new Date(answered_at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  const name = kind === "text" ? TEXTS[language].text : `${kind.toUpperCase()} ${score}/${scale.max}`;
  item.append(part("strong", name), part("small", partial ? `${moment}, ${TEXTS[language].partial}` : moment));
  if (comment) item.append(part("p", comment));
  return item;
}

async function list() {
  const [all, durable] = [await responses.all(), await responses.durable()];
  const { lang } = document.documentElement;
  const texts = TEXTS[lang];
  const sentence = ["none", "one"][all.length] ?? (all.length > LISTED ? "latest" : "many");
  count.textContent = texts[sentence].replace("$", all.length.toLocaleString(lang));
  latest.replaceChildren(...all.slice(-LISTED).reverse().map((response) => listed(response, lang)));
  for (const button of actions.children) button.disabled = all.length === 0;
  kept.textContent = texts[durable ? "durable" : "lost"];
}

async function act({ target: { name } }) {
  if (name === "csv" || name === "json") await responses.download(name);
  if (name === "clear" && confirm(TEXTS[document.documentElement.lang].clear)) {
    await responses.clear();
    // The button that had it has nothing left to do.
    document.querySelector("#answers").focus();
  }
}

function apply() {
  for (const { name, value } of options.elements) survey.setAttribute(name, value);
  translate(options.elements.locale.value);
  show();
  list();
  survey.reset();
}

for (const name of ["shown", "change", "submit", "delivered", "failed", "dismissed"]) {
  document.addEventListener(`keeprate-${name}`, ({ type, detail }) => {
    const item = document.createElement("li");
    item.textContent = `${type} ${JSON.stringify(detail)}`;
    events.prepend(item);
  });
}

responses.addEventListener("change", list);
actions.addEventListener("click", act);
options.addEventListener("change", apply);
apply();
