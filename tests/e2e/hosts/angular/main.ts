// Angular compiles its templates in the browser here: its command line would bring hundreds of packages.
import "@angular/compiler";
import { Component, CUSTOM_ELEMENTS_SCHEMA, signal } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import "keeprate-survey";
import type { KeeprateResponse, KeeprateSurveyEventMap } from "keeprate-survey";

@Component({
  selector: "host-app",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  host: { "(window:popstate)": "changed()" },
  template: `
    <button (click)="product.set(product() + '!')">Rename</button>
    <button (click)="mounted.set(!mounted())">Toggle</button>
    <button (click)="leave()">Leave</button>
    @if (mounted() && !path().endsWith("/elsewhere")) {
      <keeprate-survey
        survey="onboarding-nps"
        kind="nps"
        [product]="product()"
        endpoint="/v1/responses"
        [config]="config"
        (keeprate-submit)="add($event)"
      />
    }
    <output>{{ shown() }}</output>
  `,
})
class App {
  product = signal("Acme");
  mounted = signal(true);
  path = signal(location.pathname);
  answers = signal<KeeprateResponse[]>([]);
  config = { data: { plan: "team" } };
  shown = () => JSON.stringify(this.answers());
  changed = () => this.path.set(location.pathname);
  add = ({ detail }: KeeprateSurveyEventMap["keeprate-submit"]) => this.answers.update((answers) => [...answers, detail]);

  leave() {
    history.pushState(null, "", "elsewhere");
    this.changed();
  }
}

await bootstrapApplication(App);
