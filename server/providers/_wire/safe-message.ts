import type { VendorErrorBody } from "./vendor-error-body.ts";

/** What must not turn up in an error's text. */
export interface Secrets {
  readonly credential: Readonly<Record<string, string>>;
  /** The request body as it was sent, which holds the prompt. */
  readonly payload: string;
}

const maxLength = 300;
const shortestEcho = 12;
const step = 4;

/** Whether the text repeats a run of the payload; escapes of JSON do not hide it. */
const echoes = (text: string, payload: string): boolean => {
  if (payload.length > 1_000_000) return true;
  const bare = payload.replaceAll("\\", "");
  for (let at = 0; at + shortestEcho <= text.length; at += step) {
    if (bare.includes(text.slice(at, at + shortestEcho))) return true;
  }
  return false;
};

const leaks = (text: string, credential: Readonly<Record<string, string>>): boolean =>
  Object.values(credential).some(
    (secret) => secret.length > 0 && (text.includes(secret) || (secret.length >= 8 && text.includes(secret.slice(-8)))),
  );

/** The vendor's reason in a sentence that carries neither secret nor prompt: its own words if they are clean, else its code. */
export const safeVendorMessage = (error: VendorErrorBody, { credential, payload }: Secrets): string | undefined => {
  const named = error.code ?? error.type;
  const fallback = named === undefined ? undefined : `${named}${error.param === undefined ? "" : ` (${error.param})`}`;
  const text = error.message
    ?.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim()
    .slice(0, maxLength);
  const clean = text !== undefined && text !== "" && !leaks(text, credential) && !echoes(text, payload);
  if (clean) return text;
  return fallback === undefined || leaks(fallback, credential) ? undefined : fallback;
};
