/** From how many letters on, white space not counted, a text repeats a payload and does not merely use the same words. */
const runLength = 32;

const base = 0x01000193;
const space = 32;

let outgoing = 1;
for (let index = 0; index < runLength; index += 1) outgoing = Math.imul(outgoing, base);
const outgoingFactor = outgoing;

const isSpace = (code: number): boolean => code <= space || code === 0xa0;

/** The lower case of each code unit beyond ASCII, made when the first one is met. */
let lowerCase: Uint16Array | undefined;

const lowerCaseOf = (code: number): number => {
  lowerCase ??= Uint16Array.from({ length: 1 << 16 }, (_, unit) => {
    const lower = String.fromCharCode(unit).toLowerCase();
    return lower.length === 1 ? lower.charCodeAt(0) : unit;
  });
  return lowerCase[code] ?? code;
};

/** Case is no difference. */
const folded = (code: number): number => {
  if (code > 127) return lowerCaseOf(code);
  return code >= 65 && code <= 90 ? code + space : code;
};

const escapes: Readonly<Record<string, number>> = { b: space, f: space, n: space, r: space, t: space };

const hex = (text: string, at: number): number => {
  const digits = text.slice(at, at + 4);
  return /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : space;
};

/** Hands on the letters of a text, without white space and, where it is JSON, without its escapes. */
const eachLetter = (text: string, json: boolean, take: (code: number, at: number) => void): void => {
  for (let at = 0; at < text.length; at += 1) {
    let code = text.charCodeAt(at);
    const from = at;
    if (json && code === 92 && at + 1 < text.length) {
      at += 1;
      const name = text.charAt(at);
      if (name === "u") {
        code = hex(text, at + 1);
        at += 4;
      } else code = escapes[name] ?? name.charCodeAt(0);
    }
    if (!isSpace(code)) take(folded(code), from);
  }
};

/** Hands on each window of letters by its hash, as it slides. */
class Windows {
  readonly ring = new Uint16Array(runLength);
  count = 0;
  hash = 0;

  /** Whether a whole window ends here. */
  push(code: number): boolean {
    const slot = this.count % runLength;
    const leaving = this.ring[slot] ?? 0;
    this.ring[slot] = code;
    this.count += 1;
    this.hash = (Math.imul(this.hash, base) + code) | 0;
    if (this.count > runLength) this.hash = (this.hash - Math.imul(leaving, outgoingFactor)) | 0;
    return this.count >= runLength;
  }
}

/** The windows of a text, by hash: what they say, and which characters they cover. */
interface Spelling {
  readonly codes: number[];
  readonly places: number[];
  readonly ends: Map<number, number[]>;
}

const spell = (text: string, json: boolean): Spelling => {
  const [codes, places, ends, windows]: [number[], number[], Map<number, number[]>, Windows] = [
    [],
    [],
    new Map(),
    new Windows(),
  ];
  eachLetter(text, json, (code, at) => {
    codes.push(code);
    places.push(at);
    if (!windows.push(code)) return;
    const list = ends.get(windows.hash);
    if (list) list.push(codes.length);
    else ends.set(windows.hash, [codes.length]);
  });
  return { codes, places, ends };
};

/**
 * Which characters of a text belong to a run that the payload has too, however either is spaced, cased or escaped. One
 * pass over the payload, whatever it holds: callers choose it, and may send megabytes.
 */
export const repeatedOf = (text: string, payload: string): Uint8Array => {
  const marks = new Uint8Array(text.length);
  const spellings = [spell(text, false), ...(text.includes("\\") ? [spell(text, true)] : [])];
  const seen = new Uint8Array(1 << 16);
  for (const { ends } of spellings) for (const hash of ends.keys()) seen[hash & 0xffff] = 1;
  if (spellings.every(({ ends }) => ends.size === 0)) return marks;

  const theirs = new Windows();
  const same = (codes: readonly number[], end: number): boolean => {
    for (let back = 1; back <= runLength; back += 1) {
      if (codes[end - back] !== theirs.ring[(theirs.count - back) % runLength]) return false;
    }
    return true;
  };
  eachLetter(payload, true, (code) => {
    if (!theirs.push(code) || seen[theirs.hash & 0xffff] === 0) return;
    for (const { codes, places, ends } of spellings) {
      const list = ends.get(theirs.hash);
      const [end] = list ?? [];
      if (list === undefined || end === undefined || !same(codes, end)) continue;
      // Found once is found: what repeats itself without end costs no more.
      ends.delete(theirs.hash);
      for (const one of list) marks.fill(1, places[one - runLength], (places[one - 1] ?? 0) + 1);
    }
  });
  return marks;
};
