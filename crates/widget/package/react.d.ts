// Lets TSX of React 19 know the element: import "keeprate-survey/react".
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { KeeprateSurvey, KeeprateSurveyAttributes, KeeprateSurveyEventMap } from "./keeprate-survey.js";

/** React adds a listener for each `on` before the name of an event. */
type Listeners = {
  [Type in keyof KeeprateSurveyEventMap as `on${Type}`]?: (event: KeeprateSurveyEventMap[Type]) => void;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "keeprate-survey": DetailedHTMLProps<HTMLAttributes<KeeprateSurvey>, KeeprateSurvey> &
        KeeprateSurveyAttributes &
        Listeners;
    }
  }
}

export * from "./keeprate-survey.js";
