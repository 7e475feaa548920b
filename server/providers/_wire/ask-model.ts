import type { ProviderIo } from "../../contracts/ai-vendor.ts";
import { ProviderError, type Answered } from "../../contracts/vendor-call.ts";
import type { Dialect } from "./dialect.ts";
import { meteredOf } from "./reader.ts";
import { openTap } from "./tap.ts";
import { tappedFetch } from "./tapped-fetch.ts";
import { failure } from "./vendor-failure.ts";

interface AskedModel {
  readonly dialect: Dialect;
  /** Declared paths below the base URL, of which the SDK may ask for one. */
  readonly paths: readonly string[];
}

/** Of an answer in which what was asked for is not to be found. */
export const nothingUsable = (): ProviderError =>
  failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });

/** Asks a model of the AI SDK once, and reads what it used off the wire; every failure is a `ProviderError`. */
export const askModel = async <R>(
  { dialect, paths }: AskedModel,
  io: ProviderIo,
  ask: (fetch: typeof globalThis.fetch) => Promise<R>,
): Promise<Answered<R>> => {
  const tap = openTap(dialect, io);
  let first: ProviderError | undefined;
  const onFailure = (error: unknown): void => {
    if (error instanceof ProviderError) first ??= error;
  };
  const failureIn = (error: unknown): ProviderError => {
    if (first !== undefined) return first;
    if (error instanceof ProviderError) return error;
    return tap.requests() === 0
      ? failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" })
      : nothingUsable();
  };
  try {
    const result = await ask(tappedFetch({ tap, dialect, io, mode: "answer", paths, onFailure }));
    return { ...meteredOf(tap.reading()), result };
  } catch (error) {
    throw failureIn(error).with(meteredOf(tap.reading()));
  }
};
