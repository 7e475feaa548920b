import { Buffer } from "node:buffer";

/** A secret that stands nowhere else, with the place it was planted in. */
export interface Canary {
  readonly name: string;
  readonly secret: string;
}

/** Where a canary turned up, and in which spelling. */
export interface Hit {
  readonly canary: string;
  readonly form: string;
  readonly sink: string;
}

/** Text in which no canary may stand, by the place it was taken from. */
export interface Sink {
  readonly name: string;
  readonly text: string;
}

/** base64 of a secret in the middle of other bytes: without the characters that its neighbours decide. */
const base64Inside = (secret: string, offset: number): string => {
  const encoded = Buffer.from("\0".repeat(offset) + secret).toString("base64");
  const start = Math.ceil((offset * 8) / 6);
  const whole = Math.floor(((offset + Buffer.byteLength(secret)) * 8) / 6);
  return encoded.slice(start, whole);
};

const urlSafe = (base64: string): string => base64.replaceAll("+", "-").replaceAll("/", "_");

/** Every spelling in which a secret might ride out. */
export const formsOf = (secret: string): ReadonlyMap<string, string> => {
  const bytes = Buffer.from(secret);
  const forms = new Map<string, string>([
    ["raw", secret],
    ["last 8", secret.slice(-8)],
    ["hex", bytes.toString("hex")],
    ["upper-case hex", bytes.toString("hex").toUpperCase()],
    ["url-encoded", [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("")],
    ["component", encodeURIComponent(secret)],
    ["JSON", JSON.stringify(secret).slice(1, -1)],
  ]);
  for (const offset of [0, 1, 2]) {
    forms.set(`base64, ${offset}`, base64Inside(secret, offset));
    forms.set(`base64url, ${offset}`, urlSafe(base64Inside(secret, offset)));
  }
  return forms;
};

/** Looks for every form of every canary in every sink. */
export const findCanaries = (canaries: readonly Canary[], sinks: readonly Sink[]): Hit[] =>
  sinks.flatMap(({ name: sink, text }) =>
    canaries.flatMap(({ name: canary, secret }) =>
      [...formsOf(secret)].flatMap(([form, spelled]) => (text.includes(spelled) ? [{ canary, form, sink }] : [])),
    ),
  );
