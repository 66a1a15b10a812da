// The demo page: its options become the survey's attributes, the survey's events a list.
const survey = document.querySelector("keeprate-survey");
const options = document.querySelector("#options");
const events = document.querySelector("#events");
const lines = document.querySelector("#lines");
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

function apply() {
  for (const { name, value } of options.elements) survey.setAttribute(name, value);
  translate(options.elements.locale.value);
  show();
  survey.reset();
}

for (const name of ["shown", "change", "submit", "delivered", "failed", "dismissed"]) {
  document.addEventListener(`keeprate-${name}`, ({ type, detail }) => {
    const item = document.createElement("li");
    item.textContent = `${type} ${JSON.stringify(detail)}`;
    events.prepend(item);
  });
}

options.elements.locale.value = navigator.language.startsWith("de") ? "de" : "en";
options.addEventListener("change", apply);
apply();
