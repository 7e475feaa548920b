import type { EmbeddingModelV4, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import { askModel, nothingUsable } from "./ask-model.ts";
import type { Dialect } from "./dialect.ts";

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
  (vendor: EmbeddingVendor): NonNullable<AiVendor["embed"]> =>
  (input, io) =>
    askModel(vendor, io, async (fetch) => {
      const { embeddings } = await vendor.model(io, fetch).doEmbed({
        values: input.values,
        dimensions: input.dimensions,
        abortSignal: io.signal,
        ...(input.providerOptions === undefined ? {} : { providerOptions: asOptions(input.providerOptions) }),
      });
      if (embeddings.length !== input.values.length) throw nothingUsable();
      return { embeddings };
    });
