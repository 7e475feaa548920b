import type { z } from "zod";
import type { ai, ModelSkill } from "./ai.ts";
import type { GenerateTextInput, GenerateTextOutput } from "./ai/generate-text.ts";
import type { StreamPart } from "./ai/stream-text.ts";
import type { AiOperation } from "./ai-operation.ts";
import type { AiVendorBatches } from "./ai-vendor-batches.ts";
import type { AiVendorFiles } from "./ai-vendor-files.ts";
import type { AiVendorRealtime } from "./ai-vendor-realtime.ts";
import type { AiVendorVideos } from "./ai-vendor-videos.ts";
import type { RequestLimits } from "./request-limits.ts";
import type { Answered, Streaming, VendorIo } from "./vendor-call.ts";
import type { VendorBounds } from "./vendor-bounds.ts";

/** What an AI vendor is called with. */
export interface ProviderIo extends Omit<VendorIo, "connect">, RequestLimits {}

/** What an operation yields before Nexus adds its facts. */
type AnswerOf<O extends AiOperation> = Omit<z.infer<O["output"]>, "nexus" | "usage">;

/** How a vendor is asked for one whole answer. */
type Ask<O extends AiOperation> = (input: z.infer<O["input"]>, io: ProviderIo) => Promise<Answered<AnswerOf<O>>>;

/** The contract's operations beside text, of which a vendor has those that it can do. */
type FurtherOperations = {
  readonly [
    V in keyof typeof ai as (typeof ai)[V] extends AiOperation
      ? (typeof ai)[V] extends { readonly by: string }
        ? never
        : Exclude<V, "generateText" | "streamText">
      : never
  ]?: (typeof ai)[V] extends AiOperation ? Ask<(typeof ai)[V]> : never;
};

/** What a text generation yields before Nexus adds its facts. */
export type GeneratedText = AnswerOf<typeof ai.generateText>;

/** Stream parts before Nexus adds its facts: `stream-start` and `finish` carry none of them. */
export type VendorStreamPart =
  | Exclude<StreamPart, { type: "stream-start" | "finish" | "error" }>
  | { readonly type: "stream-start"; readonly warnings: GenerateTextOutput["warnings"] }
  | { readonly type: "finish"; readonly finishReason: GenerateTextOutput["finishReason"] };

/** Bytes of a dialect that caller and vendor share, parsed once for policy. */
export interface NativeRequest {
  /** Path below the base URL, for example `/chat/completions`; the model's name goes in place of `{model}`. */
  readonly path: string;
  /** Allow-listed caller headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; `model`, output limit and `stream_options` are already what must be sent. */
  readonly body: Record<string, unknown>;
  /** The caller asked for the usage chunk; otherwise it is withheld. */
  readonly includeUsage: boolean;
}

export interface NativeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** The dialects that may pass untranslated. */
export type NativeDialect =
  | "openai.chat"
  | "openai.responses"
  | "openai.embeddings"
  | "openai.images"
  | "openai.moderations"
  | "openai.speech"
  | "openai.transcriptions"
  | "anthropic.messages"
  | "google.generateContent"
  | "google.embedContent"
  | "cohere.rerank";

/** A price as a fraction of the listed one, so that it stays exact. */
export interface TierRate {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The vendor-side implementation of the AI operations. Every function throws `ProviderError` and nothing else. */
export interface AiVendor extends FurtherOperations {
  /** Absent, as every operation is that the vendor cannot do. */
  readonly generateText?: Ask<typeof ai.generateText>;
  readonly streamText?: (input: GenerateTextInput, io: ProviderIo) => Promise<Streaming<VendorStreamPart>>;
  /** Untranslated roads, by the dialect of the caller. */
  readonly native: {
    readonly [D in NativeDialect]?: {
      readonly answer: (request: NativeRequest, io: ProviderIo) => Promise<Answered<NativeAnswer>>;
      readonly stream?: (request: NativeRequest, io: ProviderIo) => Promise<Streaming<Uint8Array>>;
      /** Of the vendor's models, those that this road leads to; all where absent. */
      readonly serves?: (model: string) => boolean;
      /** Of those, the ones that stream; all where absent. */
      readonly streams?: (model: string) => boolean;
      /** Counts the input tokens of a request without answering it, which must be free. */
      readonly count?: (request: NativeRequest, io: ProviderIo) => Promise<number>;
    };
  };
  /** Keeps files for callers; absent where the vendor, or its adapter, does not. */
  readonly files?: AiVendorFiles;
  /** Takes many requests at once, for later; absent where the vendor, or its adapter, does not. */
  readonly batches?: AiVendorBatches;
  /** Makes videos; absent where the vendor, or its adapter, does not. */
  readonly videos?: AiVendorVideos;
  /** Talks; absent where the vendor, or its adapter, does not. */
  readonly realtime?: AiVendorRealtime;
  /** Read on to the usage frame when the caller leaves, or cut and estimate. */
  readonly onDisconnect: "drain" | "abort";
  /**
   * What a service tier costs in parts of the listed price; undefined for a tier whose price is not known. Vendors
   * without it have one price.
   */
  readonly tierRate?: (model: string, tier: string) => TierRate | undefined;
  /** What a request can be metered at, at most. */
  readonly bounds: VendorBounds;
  /** The output limit sent and reserved when the caller names none; never above the model's own. Of vendors of text. */
  readonly defaultMaxOutputTokens?: (model: string) => number;
}

/** What a vendor's models are called and can be asked for here: data, read by routing and by the lists of models. */
export interface ModelRules {
  /** The vendor's own names; narrower than the grammar of all. */
  readonly name: RegExp;
  /** How such a name is written, for error messages. */
  readonly nameExpected: string;
  /** Models that the vendor makes: a name without a vendor means these before any reseller's. */
  readonly makes?: RegExp;
  /** Dialects in whose doors a name without a vendor means this vendor's model. */
  readonly home?: readonly NativeDialect[];
  /** Models that belong to one account: callers on a shared platform key must not reach them. */
  readonly owned?: RegExp;
  /** Served no more: priced for the rows that name them, and listed nowhere. */
  readonly retired?: RegExp;
  /** Which models may search the web, and why the others may not; where absent, none may. */
  readonly webSearch?: { readonly models?: RegExp; readonly others: string };
  /** Which models speak their answers in a chat. */
  readonly speaks?: RegExp;
  /** Names that the vendor's models are called by, where the price catalogue lists them by those of their families. */
  readonly called?: readonly string[];
  /** The first pattern that fits says what the model can do; where none does, whatever it has a price for. */
  readonly skills: readonly (readonly [RegExp, readonly ModelSkill[]])[];
}
