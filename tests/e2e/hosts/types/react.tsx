// What the element's declarations allow in TSX, and what they do not.
import { createRef } from "react";
import type { KeeprateSurvey } from "keeprate-survey/react";

const survey = createRef<KeeprateSurvey>();

export const right = (
  <keeprate-survey
    ref={survey}
    survey="onboarding"
    kind="csat"
    symbols="stars"
    className="wide"
    trigger="delay:30"
    cool-down={90}
    thanks-satisfied="Lovely"
    data-plan="team"
    config={{ messages: { low: "No" }, data: { seats: 3 } }}
    onkeeprate-change={({ detail }) => detail.score?.toFixed()}
    onkeeprate-submit={({ detail, target }) => [detail.id.length, target]}
    onkeeprate-failed={({ detail }) => detail.status.toFixed()}
  />
);

export const wrong = [
  // @ts-expect-error No such kind.
  <keeprate-survey kind="npx" />,
  // @ts-expect-error No such place.
  <keeprate-survey place="corner" />,
  // @ts-expect-error A delay has a number.
  <keeprate-survey trigger="delay:soon" />,
  // @ts-expect-error No such attribute.
  <keeprate-survey questions="How?" />,
  // @ts-expect-error An answer has a score, not a rating.
  <keeprate-survey onkeeprate-submit={({ detail }) => detail.rating} />,
  // @ts-expect-error Only the element's own events come with a response.
  <keeprate-survey onkeeprate-shown={({ detail }) => detail.id} />,
];
