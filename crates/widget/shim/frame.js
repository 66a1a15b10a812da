// Takes the machine's turns where a page's policy leaves no way for it: the hosted page asks, in a frame. What is said
// between the two is described in keeprate-survey.d.ts.

/** Beside the widget's folder, of which the version's folder is a part. */
const HOSTED = new URL(import.meta.url.includes(`/${__VERSION__}/`) ? "../../survey/" : "../survey/", import.meta.url);
const LOOKS = ["accent", "surface", "ink", "radius", "font"];
const EVENTS = ["shown", "change", "submit", "delivered", "failed", "dismissed"];

/** What is known of each element that has a frame: its survey, whom to tell the result of `show`, the last event. */
const surveys = new Map();

const frameOf = (element) => element.shadowRoot.getElementById("frame");

/** The survey's whole configuration, in an address. What follows the # stays in this browser. */
function address(pairs, element) {
  const style = getComputedStyle(element);
  const known = new Map();
  for (const [name, value] of [
    ["origin", location.origin],
    ["base", document.baseURI],
    ["page", pairs.get("@page")],
    ["locale", pairs.get("@locale")],
    ["force", pairs.get("@force")],
    ...pairs,
    ["theme", style.colorScheme],
    ...LOOKS.map((name) => [name, style.getPropertyValue(`--keeprate-${name}`).trim() || undefined]),
  ]) {
    // Facts and state are this page's.
    if (value != null && !/^[@.]/.test(name) && !known.has(name)) known.set(name, value);
  }
  return `${HOSTED}#${new URLSearchParams([...known])}`;
}

/** As the machine's turn, by the same commands; `translate` loads the translation after all. */
export function turn(list, element, translate) {
  const pairs = new Map();
  for (const [name, value] of list) if (!pairs.has(name)) pairs.set(name, value);
  // A page may have taken the frame away, by a reset.
  const survey = frameOf(element) && surveys.get(element);
  const closed = pairs.get(".phase") === "closed";
  switch (pairs.get("@event")) {
    case "start":
      if (survey?.last === "shown") return show(pairs.set("@force", ""), element, translate);
      // An answer on its way is not asked for again.
      return closed || survey?.last ? [] : wait(pairs);
    case "route":
      return closed || survey ? [] : wait(pairs);
    case "show":
      return survey ? [["result", "shown"]] : show(pairs, element, translate);
    case "dismiss":
      if (survey?.last === "dismissed") return [["state", ".phase", "closed"], ["close"]];
      frameOf(element)?.contentWindow.postMessage({ type: "keeprate-dismiss" }, HOSTED.origin);
      return [];
    case "reply":
      return [["result", Math.floor(pairs.get("@status") / 100) === 2 ? "delivered" : "3600"]];
    default:
      return [];
  }
}

function wait(pairs) {
  const [trigger, argument] = (pairs.get("trigger") ?? "").split(/:(.*)/s);
  return [["close"], ["wait", trigger, argument]];
}

function show(pairs, element, translate) {
  const given = pairs.get("place");
  const place = ["popover", "bar", "modal"].includes(given) ? given : "inline";
  const survey = { name: pairs.get("survey"), force: pairs.has("@force"), translate };
  surveys.set(element, survey);
  const result = new Promise((resolve) => (survey.tell = resolve));
  const look = `${place} ${pairs.get("kind") ?? "nps"} ${pairs.get("theme") ?? ""}`;
  const layer = place === "popover" || place === "bar" ? "manual" : "";
  return [
    ["state", ".phase", ""],
    ["@", ""],
    ["<", place === "modal" ? "dialog" : "section", "id", "box", "class", look, "popover", layer, "hidden", "hidden"],
    ["<", "iframe", "id", "frame", "src", address(pairs, element)],
    ["result", result],
  ];
}

/** Puts the frame where it belongs, once there is something in it. */
function reveal(frame, title) {
  const box = frame.parentNode;
  if (!box.hidden) return;
  frame.title = title;
  // The page inside keeps its own distance, which it knows how to give to a scale that needs it.
  box.style.padding = 0;
  frame.style.borderRadius = "inherit";
  box.hidden = false;
  if (box.showModal) box.showModal();
  else if (box.popover) box.showPopover();
}

/** Takes the frame away and says why. */
function end(element, survey, answer) {
  surveys.delete(element);
  element.shadowRoot.replaceChildren();
  survey.tell(answer);
}

// The hosted page says what happens, and nobody else.
addEventListener("message", ({ source, origin, data }) => {
  if (origin !== HOSTED.origin || typeof data?.type !== "string") return;
  for (const [element, survey] of surveys) {
    const frame = frameOf(element);
    if (!element.isConnected) surveys.delete(element);
    if (!frame || frame.contentWindow !== source) continue;
    const { type, height, title, detail } = data;
    const name = type.replace(/^keeprate-/, "");
    if (name === "height") {
      if (Number.isInteger(height) && height >= 0 && height < 20_000) frame.height = height;
    } else if (name === "refused") {
      if (typeof detail === "string") end(element, survey, detail);
    } else if (EVENTS.includes(name) && (detail?.response ?? detail)?.survey === survey.name) {
      if (name === "shown") reveal(frame, typeof title === "string" ? title : "");
      if (name !== "change") survey.last = name;
      element.dispatchEvent(new CustomEvent(`keeprate-${name}`, { detail, bubbles: true, composed: true }));
      if (name === "shown") survey.tell(name);
      if (name === "dismissed") element.dismiss();
    }
  }
});

// Where the frame is forbidden as well, the translation at least hands the answer to the page. A policy that only
// reports has forbidden nothing.
document.addEventListener("securitypolicyviolation", async ({ effectiveDirective, disposition, blockedURI }) => {
  if (effectiveDirective !== "frame-src" || disposition !== "enforce" || !HOSTED.href.startsWith(blockedURI)) return;
  for (const [element, survey] of surveys) {
    if (survey.last) continue;
    const translated = await survey.translate();
    end(element, survey, translated ? element.show({ force: survey.force }) : "blocked");
  }
});
