import type { Running } from "./upstream.ts";

/** A running gateway that takes OpenAI's chat. */
export interface RunningContender extends Running {
  /** What its callers send beside the body: a key, where it asks for one. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its name for `gpt-4o-mini`. */
  readonly model: string;
  /** Compares its books with what the vendor counted, where it keeps any; says so in a line. */
  readonly checkBooks?: (vendorCalls: () => Promise<number>) => Promise<string>;
}

/** One of the gateways that are measured beside each other. */
export interface Contender {
  readonly name: string;
  /** Anew for each of its turns. */
  readonly start: (upstream: string) => Promise<RunningContender>;
}

/** Where a gateway takes OpenAI's chat. */
export const chatUrlOf = ({ url }: Pick<Running, "url">): string => `${url}/v1/chat/completions`;
