// The demo page: its options become the survey's attributes, the survey's events a list.
const survey = document.querySelector("keeprate-survey");
const options = document.querySelector("#options");
const events = document.querySelector("#events");

function translate(language) {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-de]")) {
    element.dataset.en ??= element.textContent;
    element.textContent = element.dataset[language];
  }
}

function apply() {
  for (const { name, value } of options.elements) survey.setAttribute(name, value);
  translate(options.elements.locale.value);
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
