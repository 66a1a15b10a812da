// Lets TSX of React 19 know the element: import "keeprate-survey/react".
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { KeeprateSurvey, KeeprateSurveyAttributes } from "./keeprate-survey.js";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "keeprate-survey": DetailedHTMLProps<HTMLAttributes<KeeprateSurvey>, KeeprateSurvey> & KeeprateSurveyAttributes;
    }
  }
}

export * from "./keeprate-survey.js";
