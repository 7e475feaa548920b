import { isRecord, parseJson } from "./json.ts";
import { repeatedOf } from "./payload-runs.ts";
import { identifier } from "./vendor-error-body.ts";

/** What must not turn up in an error's text. */
export interface Secrets {
  readonly credential: Readonly<Record<string, string>>;
  /** The request body as it was sent, which holds the prompt. */
  readonly payload: string;
}

const longest = 500;
/** What is looked at of a longer text, before it is cut. */
const readAtMost = 2_000;
const ellipsis = "…";

const shortestSecret = 4;
/** So much of a secret is recognised as a part of it. */
const partLength = 8;

/** Keys, tokens and account numbers as vendors spell them, masked ones too, of any vendor. */
const tokens = [
  /\bbearer\s+[^\s"',;]{6,}/gi,
  /\b(?:sk|pk|rk|ak|gsk|xai|hf|r8|pplx|csk|nvapi|sess|key|vkey|ghp|gho|glpat|xox[abps])[-_][\w*.…-]{6,}/gi,
  /\b(?:org|proj|user|acct|ws|wrkspc)[-_][A-Za-z0-9]{8,}/g,
  /\bAIza[\w*-]{10,}|\bya29\.[\w.-]+/g,
  /\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g,
  // Long runs of letters and figures without a word in them.
  /(?=[A-Za-z0-9+/_=-]*\d)(?=[A-Za-z0-9+/_=-]*[A-Za-z])[A-Za-z0-9+/_=-]{40,}/g,
];

const encodingsOf = (secret: string): readonly string[] => [
  Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  Buffer.from(secret).toString("base64url"),
  Buffer.from(secret).toString("hex"),
];

const spellingsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  ...encodingsOf(secret),
];

/** What a key document says that stands in everybody's. */
const everybodys = /^(https?:\/\/.*|service_account|googleapis\.com)$/;

/** Of a key document the values: its punctuation, the names of its fields and the vendor's own addresses are no secret. */
const valuesOf = (secret: string): readonly string[] | undefined => {
  const document = secret.trimStart().startsWith("{") ? parseJson(secret) : undefined;
  if (!isRecord(document)) return undefined;
  return Object.values(document).flatMap((value) =>
    typeof value !== "string" ? [] : everybodys.test(value) ? [] : [value],
  );
};

/** A credential's secrets in small letters, as they may be spelled. */
const spelledSecrets = (credential: Secrets["credential"]): ReadonlySet<string> => {
  const spelled = Object.values(credential).flatMap((secret) => {
    const values = valuesOf(secret);
    return values === undefined ? [[secret]] : [values, encodingsOf(secret)];
  });
  return new Set(
    spelled
      .flat()
      .filter((secret) => secret.length >= shortestSecret)
      .flatMap(spellingsOf)
      .map((spelling) => spelling.toLowerCase()),
  );
};

const markAll = (marks: Uint8Array, text: string, part: string): void => {
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) marks.fill(1, at, at + part.length);
};

const markSecrets = (marks: Uint8Array, text: string, { credential }: Secrets): void => {
  const low = text.toLowerCase();
  // Lengths differ where a letter's other case is written with more characters; then only whole spellings can be placed.
  const haystack = low.length === text.length ? low : text;
  for (const spelling of spelledSecrets(credential)) {
    const length = Math.min(partLength, spelling.length);
    for (let at = 0; at + length <= spelling.length; at += 1) markAll(marks, haystack, spelling.slice(at, at + length));
  }
};

const markTokens = (marks: Uint8Array, text: string): void => {
  for (const pattern of tokens) {
    for (const { index, 0: token } of text.matchAll(pattern)) marks.fill(1, index, index + token.length);
  }
};

const withoutMarked = (text: string, marks: Uint8Array): string => {
  let kept = "";
  for (let at = 0; at < text.length; at += 1) {
    if (marks[at] !== 1) kept += text.charAt(at);
    else if (marks[at - 1] !== 1) kept += ellipsis;
  }
  return kept;
};

const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}${ellipsis}` : text);

/** A vendor's words without secrets and without long runs of the payload; `…` replaces what was taken out. */
export const scrubbed = (said: string, secrets: Secrets): string => {
  const text = said
    .slice(0, readAtMost)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, " ")
    .trim();
  const marks = repeatedOf(text, secrets.payload);
  markSecrets(marks, text, secrets);
  markTokens(marks, text);
  return cut(withoutMarked(text, marks));
};

/** A code of the vendor's; undefined where it contains a secret or a part of the payload. */
export const safeWord = (word: string | undefined, secrets: Secrets): string | undefined =>
  word !== undefined && scrubbed(word, secrets) === word ? word : undefined;

const shortestEcho = 8;

const holdsPartOf = (word: string, secret: string): boolean => {
  const length = Math.min(partLength, secret.length);
  if (length < shortestSecret) return false;
  for (let at = 0; at + length <= word.length; at += 1) if (secret.includes(word.slice(at, at + length))) return true;
  return false;
};

/** A vendor's id for a request: one short machine word, no part of a secret and nothing that was sent. */
export const safeRequestId = (value: unknown, { credential, payload }: Secrets): string | undefined => {
  const id = identifier(value);
  if (id === undefined || (id.length >= shortestEcho && payload.includes(id))) return undefined;
  const low = id.toLowerCase();
  return Object.values(credential).some((secret) => holdsPartOf(low, secret.toLowerCase())) ? undefined : id;
};
