// The acceptance data of the definition sheet (metrics.md 8.1, 8.2, 8.5, 8.7) as people would have them in a file.

export const D1 = `Kunde;Segment;Jan 25;Feb 25;Mrz 25;Apr 25;Mai 25;Jun 25
A;Enterprise;100,00;100,00;100,00;100,00;100,00;100,00
B;Enterprise;200,00;200,00;250,00;250,00;250,00;250,00
C;Enterprise;300,00;300,00;300,00;200,00;200,00;200,00
D;SMB;150,00;150,00;-;-;-;-
E;SMB;-;80,00;80,00;80,00;80,00;80,00
F;SMB;120,00;120,00;-;-;120,00;150,00
G;SMB;-;-;-;60,00;60,00;-
H;SMB;50,00;70,00;70,00;40,00;40,00;40,00
Summe;;920,00;1.020,00;800,00;730,00;850,00;820,00
`;

/** Subscriptions: data set D2. */
export const D2 = `sep=;
Kundennr;Abo-ID;Tarif;Betrag;Intervall;Rabatt %;Währung;Beginn;Ende;Testphase bis;Status
K1;S1;Pro;1.200,00;jährlich;;EUR;15.01.2025;;;aktiv
K2;S2;Basic;30,00;monatlich;;EUR;01.02.2025;31.03.2025;;gekündigt
K3;S3;Basic;90,00;vierteljährlich;;EUR;10.01.2025;;;aktiv
K4;S4;Pro;10,00;wöchentlich;;EUR;10.02.2025;;;aktiv
K5;S5;Pro;120,00;monatlich;25;EUR;01.03.2025;;;aktiv
K6;S6;Pro;100,00;monatlich;;EUR;15.02.2025;;15.03.2025;aktiv
K7;S7;Free;0,00;monatlich;;EUR;01.01.2025;;;aktiv
K1;S8;Add-on;20,00;monatlich;;EUR;01.04.2025;;;aktiv
K8;S9;Basic;50,00;monatlich;;EUR;01.01.2025;31.03.2025;;gekündigt
K8;S10;Pro;80,00;monatlich;;EUR;01.04.2025;;;aktiv
K2;S11;Basic;30,00;monatlich;;EUR;15.05.2025;;;aktiv
`;

export const D5 = `Zeitraum;Kunden Anfang;Neukunden;Verlorene Kunden;Kunden Ende;MRR Anfang;Expansion;Kontraktion;Churn MRR
Quelle 002;100;10;5;105;1.000,00;200,00;0,00;100,00
Quelle 003;100;10;10;100;;;;
`;

/** What users did, as in metrics.md 8.3, with a plan for each, a sign-up in every first row and an activation. */
export const D3 = `user,date,event,plan
u1,2025-01-01,sign up,Pro
u1,2025-01-02,use,Pro
u1,2025-01-08,use,Pro
u1,2025-01-20,use,Pro
u2,2025-01-01,sign up,Free
u2,2025-01-03,use,Free
u2,2025-01-09,use,Free
u3,2025-01-02,sign up,Free
u4,2025-01-02,sign up,Pro
u4,2025-01-03,use,Pro
u4,2025-01-30,use,Pro
u5,2025-01-03,sign up,Free
u5,2025-01-10,use,Free
u5,2025-01-11,use,Free
u6,2025-02-05,sign up,Pro
u6,2025-02-06,use,Pro
v1,2025-02-09,sign up,Free
`;

export const D7 = `customer,tenure,churn
a,3,yes
b,5,no
c,6,yes
d,7,yes
e,8,no
f,10,yes
g,12,yes
h,12,no
`;

/** D4 of metrics.md 8.4, with the segments of D1. */
export const D4 = `respondent;customer;date;score;Segment
a1;A;2025-06-03;9;Enterprise
b1;B;2025-06-03;10;Enterprise
b2;B;2025-06-04;4;Enterprise
c1;C;2025-06-05;6;Enterprise
e1;E;2025-06-09;8;SMB
f1;F;2025-01-10;3;SMB
f1;F;2025-06-12;9;SMB
h1;H;2025-06-15;2;SMB
z1;Z;2025-06-20;10;
d1;D;2025-06-21;0;SMB
`;

/** A comment that would do harm if it were more than text. */
export const HOSTILE = `<img src=x onerror="document.title='harmed'">`;
/** A comment that turns the direction of what follows, if that is let. */
export const TURNED = "\u202enrut \u0645\u0631\u062d\u0628\u0627";

interface Answer {
  kind: string;
  scale?: { min: number; max: number };
  score?: number;
  comment?: string;
  answered_at: string;
  partial?: boolean;
}

const nps = { min: 0, max: 10 };

/** Answers as the survey element gives them. */
export const ANSWERS = (
  [
    { kind: "nps", scale: nps, score: 10, comment: "Quick,\n\"simple\" setup", answered_at: "2026-05-02T09:00:00Z" },
    { kind: "nps", scale: nps, score: 2, answered_at: "2026-05-03T09:00:00Z" },
    { kind: "nps", scale: nps, score: 9, comment: "=1+1 is two", answered_at: "2026-07-01T09:00:00Z" },
    { kind: "nps", scale: nps, score: 10, answered_at: "2026-07-02T09:00:00.250Z" },
    { kind: "nps", scale: nps, score: 7, comment: "Fine", answered_at: "2026-07-03T09:00:00Z", partial: true },
    { kind: "nps", scale: nps, score: 0, comment: HOSTILE, answered_at: "2026-07-04T09:00:00Z" },
    { kind: "nps", scale: nps, score: 5, comment: TURNED, answered_at: "2026-07-05T09:00:00Z" },
    { kind: "csat", scale: { min: 1, max: 5 }, score: 5, comment: "Friendly", answered_at: "2026-07-06T09:00:00Z" },
    { kind: "csat", scale: { min: 1, max: 5 }, score: 2, answered_at: "2026-07-07T09:00:00Z" },
    { kind: "text", comment: "A dark mode, please", answered_at: "2026-07-08T09:00:00Z" },
  ] as Answer[]
).map((answer, place) => ({
  schema: "keeprate.response/1",
  id: `id-${place}`,
  survey: answer.kind,
  shown_at: "",
  locale: place % 2 ? "en" : "de",
  customer: `cus_${place}`,
  partial: false,
  meta: { plan: place % 2 ? "team" : "solo" },
  widget: "0.1.0",
  ...answer,
}));

/** The same answers as the CSV that the element exports. */
export const ANSWERS_CSV =
  "\ufeff" +
  [
    "id,survey,kind,scale_min,scale_max,score,comment,answered_at,shown_at,locale,customer,segment,page,partial,widget,meta.plan",
    ...ANSWERS.map((answer) =>
      [
        answer.id, answer.survey, answer.kind, answer.scale?.min ?? "", answer.scale?.max ?? "", answer.score ?? "",
        answer.comment ?? "", answer.answered_at, "", answer.locale, answer.customer, "", "", answer.partial, "0.1.0",
        answer.meta.plan,
      ]
        .map(String)
        .map((cell) => (/^[=+\-@\t\r]/.test(cell) ? "'" + cell : cell))
        .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(","),
    ),
  ].join("\r\n") +
  "\r\n";

/** D1 as Excel saves "Unicode text": UTF-16, low byte first, with a mark, tab between fields. */
export function d1AsUnicodeText(): Buffer {
  return Buffer.from("\ufeff" + D1.replaceAll(";", "\t"), "utf16le");
}
