import type { KeptJsonRequest } from "./json-request.ts";

/** An answer that is no success. */
export interface RefusedAnswer {
  readonly method: KeptJsonRequest["method"];
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where it is no JSON. */
  readonly document: unknown;
}
