import type { EmbeddingModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import { ProviderError } from "../../contracts/vendor-call.ts";
import { meteredOf } from "./reader.ts";
import type { Dialect } from "./dialect.ts";
import { openTap } from "./tap.ts";
import { tappedFetch } from "./tapped-fetch.ts";
import { failure } from "./vendor-failure.ts";

interface EmbeddingVendor {
  readonly dialect: Dialect;
  /** Declared paths below the base URL; an SDK may have one for a single value and another for many. */
  readonly paths: readonly string[];
  readonly model: (io: ProviderIo, fetch: typeof globalThis.fetch) => EmbeddingModelV4;
}

/** The contract's schema admitted JSON objects by vendor id alone. */
const asOptions = (options: unknown): SharedV4ProviderOptions => options as SharedV4ProviderOptions;

/** `embed` over an embedding model of the AI SDK. */
export const embedWith =
  ({ dialect, model, paths }: EmbeddingVendor): NonNullable<AiVendor["embed"]> =>
  async (input, io) => {
    const tap = openTap(dialect, io);
    let first: ProviderError | undefined;
    const onFailure = (error: unknown): void => {
      if (error instanceof ProviderError) first ??= error;
    };
    const fetch = tappedFetch({ tap, dialect, io, mode: "answer", paths, onFailure });
    const failureIn = (error: unknown): ProviderError => {
      if (first !== undefined) return first;
      if (error instanceof ProviderError) return error;
      return tap.requests() === 0
        ? failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" })
        : failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });
    };
    try {
      const { embeddings } = await model(io, fetch).doEmbed({
        values: input.values,
        dimensions: input.dimensions,
        abortSignal: io.signal,
        ...(input.providerOptions === undefined ? {} : { providerOptions: asOptions(input.providerOptions) }),
      });
      if (embeddings.length !== input.values.length)
        throw failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });
      return { ...meteredOf(tap.reading()), result: { embeddings } };
    } catch (error) {
      throw failureIn(error).with(meteredOf(tap.reading()));
    }
  };
