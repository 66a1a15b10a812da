const place = document.querySelector("#place");
const output = document.querySelector("output");
const template = place.querySelector("keeprate-survey").cloneNode();
template.dataset.plan = "team";
let survey;

function mount(mounted) {
  place.replaceChildren();
  if (mounted) {
    survey = template.cloneNode();
    place.append(survey);
  }
}

const changed = () => mount(!location.pathname.endsWith("/elsewhere"));
document.querySelector("#rename").onclick = () => (survey.product += "!");
document.querySelector("#toggle").onclick = () => mount(!survey.isConnected);
document.querySelector("#leave").onclick = () => {
  history.pushState(null, "", "elsewhere");
  changed();
};
addEventListener("popstate", changed);
document.addEventListener("keeprate-submit", ({ detail }) => {
  output.textContent = JSON.stringify([...JSON.parse(output.textContent), detail]);
});
changed();
