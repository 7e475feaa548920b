import type { NexusServerErrorCode } from "../nexus-client-error.ts";
import { testedErrors } from "./server-schemas.ts";

/** What a refusal says beside its code. */
export interface RefusalOptions {
  /** In place of the code's own words. */
  readonly message?: string;
  /** `none` unless told otherwise. */
  readonly effect?: "none" | "done" | "unknown";
  readonly details?: Readonly<Record<string, unknown>>;
  readonly operationId?: string;
  readonly retryAfterMs?: number;
}

/** An error as the real Nexus sends it. */
export interface WireRefusal extends RefusalOptions {
  readonly code: string;
  readonly message: string;
  readonly effect: "none" | "done" | "unknown";
  readonly retryable: boolean;
  readonly issues?: readonly { readonly field: string; readonly expected: string }[];
}

/** What an answer of a test throws so that the call fails as it would at the real Nexus. */
export class ScriptedRefusal extends Error {
  readonly wire: WireRefusal;

  constructor(wire: WireRefusal) {
    super(`${wire.code}: ${wire.message}`);
    this.name = "ScriptedRefusal";
    this.wire = wire;
  }
}

/**
 * A refusal of Nexus, to be thrown by an answer.
 *
 * @example
 * test.answer("ai.generateText", () => { throw nexusRefusal("BUDGET_EXCEEDED"); });
 */
export const nexusRefusal = (code: NexusServerErrorCode, options: RefusalOptions = {}): ScriptedRefusal => {
  const known = testedErrors[code];
  const effect = options.effect ?? "none";
  return new ScriptedRefusal({
    message: known?.message ?? code,
    ...options,
    code,
    effect,
    retryable: effect === "none" && (known?.retryable ?? false),
  });
};

const issuesOf = (error: object): Pick<WireRefusal, "issues"> => {
  const issues: unknown = "issues" in error ? error.issues : undefined;
  return Array.isArray(issues) ? { issues } : {};
};

/** The server's own errors, thrown by its schemas, as it sends them. */
export const scriptedRefusalOf = (caught: unknown): ScriptedRefusal | undefined => {
  if (caught instanceof ScriptedRefusal) return caught;
  if (!(caught instanceof Error) || caught.name !== "NexusError" || !("code" in caught)) return undefined;
  const { message } = caught;
  return new ScriptedRefusal({
    code: String(caught.code),
    message,
    effect: "none",
    retryable: false,
    ...issuesOf(caught),
  });
};
