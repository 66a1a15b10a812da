// The acceptance data of the definition sheet (metrics.md 8.1, 8.5, 8.7) as people would have them in a file.

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

export const D5 = `Zeitraum;Kunden Anfang;Neukunden;Verlorene Kunden;Kunden Ende;MRR Anfang;Expansion;Kontraktion;Churn MRR
Quelle 002;100;10;5;105;1.000,00;200,00;0,00;100,00
Quelle 003;100;10;10;100;;;;
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

/** D1 as Excel saves "Unicode text": UTF-16, low byte first, with a mark, tab between fields. */
export function d1AsUnicodeText(): Buffer {
  return Buffer.from("\ufeff" + D1.replaceAll(";", "\t"), "utf16le");
}
