import { InvalidResponseDataError, UnsupportedFunctionalityError, type LanguageModelV4 } from "@ai-sdk/provider";
import type { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { AiVendor, ProviderIo, VendorStreamPart } from "../../contracts/ai-vendor.ts";
import { ProviderError } from "../../contracts/vendor-call.ts";
import type { Fit, Fitted } from "./fit.ts";
import { meteredOf } from "./reader.ts";
import type { Dialect } from "./dialect.ts";
import type { SearchTool } from "./search-tool.ts";
import { openTap, type Tap } from "./tap.ts";
import { tappedFetch } from "./tapped-fetch.ts";
import { toCallOptions, type FileReferenceOf, type SupportedUrls } from "./to-call-options.ts";
import { finishReasonOf, toGeneratedText, type Signatures } from "./to-generated-text.ts";
import { openStreamParts, type TranslatedPart } from "./to-stream-part.ts";
import { failure } from "./vendor-failure.ts";

/** What a vendor brings for text generation by a model of the AI SDK. */
export interface LanguageModelVendor {
  readonly dialect: Dialect;
  /** Declared paths below the base URL, with `{model}` in place of the model's name. */
  readonly paths: { readonly answer: string; readonly stream: string };
  /** A promise where the adapter is loaded by the first call. */
  readonly model: (io: ProviderIo, fetch: typeof globalThis.fetch) => LanguageModelV4 | Promise<LanguageModelV4>;
  readonly fit: Fit;
  /** The vendor's own search; absent where it has none that is offered. */
  readonly searchTool?: SearchTool;
  /** Members of the adapter's metadata by which the vendor recognizes its own thinking; callers send them back. */
  readonly signatures?: Signatures;
  /** URLs that the vendor fetches itself; the model's own list when absent. */
  readonly urls?: SupportedUrls;
  /** How a prompt names a file that the vendor keeps; by its id where absent. */
  readonly fileReference?: FileReferenceOf;
}

interface Call {
  readonly tap: Tap;
  readonly model: LanguageModelV4 | Promise<LanguageModelV4>;
  /** The error that the call path shall see for one that came out of the SDK. */
  readonly failed: (error: unknown) => ProviderError;
}

const open = ({ dialect, model, paths }: LanguageModelVendor, io: ProviderIo, mode: "answer" | "stream"): Call => {
  const tap = openTap(dialect, io);
  let first: ProviderError | undefined;
  const onFailure = (error: unknown): void => {
    if (error instanceof ProviderError) first ??= error;
  };
  const fetch = tappedFetch({ tap, dialect, io, mode, paths: [paths[mode]], onFailure });
  return {
    tap,
    model: model(io, fetch),
    failed(error) {
      // The SDK's own errors contain prompts and answers, so they are dropped, even as a cause.
      if (first !== undefined) return first;
      if (error instanceof ProviderError) return error;
      if (io.signal.aborted)
        return failure({
          ...(tap.requests() === 0 ? { kind: "not_sent" } : { kind: "unknown", doubt: "left" }),
          code: "REQUEST_CANCELLED",
          about: "request",
        });
      return tap.requests() === 0
        ? failure({ kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" }, unsupported(error))
        : failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });
    },
  };
};

/** What of the request has no place at the vendor: a few words, such as `file part media type text/csv`. */
const unsupported = (error: unknown): { readonly message?: string } =>
  UnsupportedFunctionalityError.isInstance(error)
    ? { message: `The vendor does not take this: ${error.functionality.slice(0, 160)}.` }
    : {};

const urlsOf = async (vendor: LanguageModelVendor, model: LanguageModelV4): Promise<SupportedUrls> =>
  vendor.urls ?? (await model.supportedUrls);

const callOptions = async (
  vendor: LanguageModelVendor,
  model: LanguageModelV4,
  { input, maxOutputTokens }: Omit<Fitted, "warnings">,
  io: ProviderIo,
) => {
  const options = toCallOptions(input, await urlsOf(vendor, model), {
    ...io,
    maxOutputTokens,
    fileReference: vendor.fileReference,
  });
  const { webSearch } = input;
  if (webSearch === undefined) return options;
  if (vendor.searchTool === undefined)
    throw failure(
      { kind: "not_sent", code: "CAPABILITY_MISSING", about: "route" },
      { message: "The vendor does not search the web." },
    );
  return {
    ...options,
    tools: [...(options.tools ?? []), { type: "provider" as const, ...vendor.searchTool(webSearch) }],
  };
};

const missesEnding = (error: unknown): boolean =>
  InvalidResponseDataError.isInstance(error) && error.data === undefined;

/** `generateText` over a language model of the AI SDK. */
export const generateTextWith =
  (vendor: LanguageModelVendor): NonNullable<AiVendor["generateText"]> =>
  async (input, io) => {
    const { tap, model, failed } = open(vendor, io, "answer");
    try {
      const { warnings, ...fitted } = vendor.fit(input, io);
      const adapter = await model;
      const result = await adapter.doGenerate(await callOptions(vendor, adapter, fitted, io));
      const generated = toGeneratedText(result, vendor.signatures);
      return { ...meteredOf(tap.reading()), result: { ...generated, warnings: [...warnings, ...generated.warnings] } };
    } catch (error) {
      throw failed(error).with(meteredOf(tap.reading()));
    }
  };

/**
 * `streamText` over a language model of the AI SDK. A stream that merely stops ends with `finish: interrupted`; one that
 * is cut, stalls or carries an error throws.
 */
export const streamTextWith =
  (vendor: LanguageModelVendor): NonNullable<AiVendor["streamText"]> =>
  async (input: GenerateTextInput, io: ProviderIo) => {
    const { tap, model, failed } = open(vendor, io, "stream");

    async function* parts(
      stream: ReadableStream<TranslatedPart | { type: "error"; error: unknown }>,
      warnings: Fitted["warnings"],
    ): AsyncGenerator<VendorStreamPart> {
      const toStreamPart = openStreamParts(vendor.signatures);
      let finished = false;
      let start: VendorStreamPart | undefined;
      let callsTools = false;
      let unreadable: ProviderError | undefined;
      try {
        for await (const part of stream) {
          if (part.type === "error") {
            // Some models of the SDK call a missing ending an error; it is one only to them.
            if (tap.ended() && (missesEnding(part.error) || !tap.reading().complete)) break;
            unreadable ??= failed(part.error);
          }
          // What the vendor counted often comes last: the rest is read for it.
          if (part.type === "error" || unreadable !== undefined) continue;
          const translated = toStreamPart(part);
          if (translated === undefined) continue;
          if (translated.type === "stream-start") {
            // The SDK says so before the vendor says anything: until then another route may take over.
            start = { type: "stream-start", warnings: [...warnings, ...translated.warnings] };
            continue;
          }
          if (start !== undefined) yield start;
          start = undefined;
          callsTools ||= translated.type === "tool-call";
          if (translated.type !== "finish") yield translated;
          else if (!finished) {
            finished = true;
            const { finishReason } = translated;
            yield {
              type: "finish",
              finishReason: tap.reading().complete ? finishReasonOf(finishReason, callsTools) : "interrupted",
            };
          }
        }
        if (unreadable !== undefined) throw unreadable;
      } catch (error) {
        throw failed(error);
      }
      if (start !== undefined) yield start;
      if (!finished) yield { type: "finish", finishReason: tap.reading().complete ? "other" : "interrupted" };
    }

    try {
      const { warnings, ...fitted } = vendor.fit(input, io);
      const adapter = await model;
      const { stream } = await adapter.doStream(await callOptions(vendor, adapter, fitted, io));
      return { chunks: parts(stream, warnings), meter: () => tap.reading() };
    } catch (error) {
      throw failed(error).with(meteredOf(tap.reading()));
    }
  };
