import { isSealed, markOf, seal } from "../seal.ts";

/** What an id of the responses dialect tells about the answer it belongs to. */
interface Origin {
  readonly digest: string;
  /** Whether the answer was stored, and can be referred to. */
  readonly stored: boolean;
  /** Whether it began with reasoning. */
  readonly reasoned: boolean;
}

const flags = ({ stored, reasoned }: Origin): string => `${stored ? "5" : "0"}${reasoned ? "7" : "0"}`;

/** The ids of one answer. They carry what a later request is judged by, so that nothing need be remembered. */
export function itemIds(origin: Origin): (prefix: string, index?: number) => string {
  const body = origin.digest.slice(0, 24) + flags(origin);
  return (prefix, index = 0) => `${prefix}_${body}${markOf(body)}${index}`;
}

/** What an id tells, or undefined where the sandbox never gave it. */
export function readItemId(id: string): (Origin & { readonly answer: string }) | undefined {
  const [, body = "", mark] = /^[a-z]+_([0-9a-f]{24}[05][07])([0-9a-f]{8})\d+$/.exec(id) ?? [];
  if (mark === undefined || markOf(body) !== mark) return undefined;
  return { digest: body.slice(0, 24), stored: body.at(24) === "5", reasoned: body.at(25) === "7", answer: body };
}

const scope = "openai reasoning";

/** Reasoning that the caller keeps instead of the vendor. */
export const encryptedReasoning = (digest: string): string => seal(scope, "", digest);
export const isEncryptedReasoning = (text: string): boolean => isSealed(text, scope, "");
