export interface Browser {
  readonly name: string;
  readonly version: number;
  /** The first version that can do everything a delivery needs. */
  readonly least: number;
}

/** In this order: later ones also carry the names of earlier ones. */
const KNOWN: readonly (readonly [name: string, pattern: RegExp, least: number])[] = [
  ["Edge", /\bEdg\/(\d+)/, 108],
  ["Firefox", /\bFirefox\/(\d+)/, 111],
  ["Chrome", /\bChrom(?:e|ium)\/(\d+)/, 108],
  ["Safari", /\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//, 16],
];

/** Name and main version out of what a browser says of itself; undefined for one that is not known. */
export function browserOf(userAgent: string): Browser | undefined {
  for (const [name, pattern, least] of KNOWN) {
    const match = pattern.exec(userAgent);
    if (match) return { name, version: Number(match[1]), least };
  }
  return undefined;
}
