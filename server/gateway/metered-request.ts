import type { Medium, MediumReadings } from "../contracts/media.ts";
import type { Operation } from "../contracts/operation.ts";
import type { AiVendor, Answered, NativeDialect, ProviderIo, Streaming } from "../contracts/provider.ts";

/** What a request demands of a route. */
export interface RequestNeeds {
  readonly tools: boolean;
  readonly images: boolean;
  readonly json: boolean;
  readonly embeddings: boolean;
}

/** How large a request can get, known before it leaves. */
export interface RequestSize {
  /** UTF-8 bytes of everything that can become input tokens; no tokenizer makes more tokens than bytes. */
  readonly textBytes: number;
  /** What is no text; its bytes are no part of `textBytes`. */
  readonly media: readonly Medium[];
  /** The type of each tool that is declared; vendors put text of their own before some. */
  readonly toolTypes: readonly string[];
  /** The caller's output limit; undefined asks for the model's own. 0 for operations without output tokens. */
  readonly maxOutputTokens: number | undefined;
  /** Answers per request (OpenAI's `n`); each may reach the output limit. */
  readonly choices: number;
  /** The request asks the vendor to write its prompt cache, which costs more than plain input. */
  readonly writesCache: boolean;
}

/** The same once its media have been looked into. */
export interface MeasuredSize extends Omit<RequestSize, "media"> {
  readonly media: readonly MediumReadings[];
}

/** A metered request as a door hands it over: what is asked, how large it is, how to ask a vendor. */
export interface MeteredRequest {
  readonly operation: Operation;
  /** As the caller wrote it. */
  readonly requestedModel: string;
  /** The caller's dialect; `typed` for Nexus' own contract. */
  readonly dialect: "typed" | NativeDialect;
  readonly needs: RequestNeeds;
  /** Names something kept at the vendor: only an organization's own key may reach it. */
  readonly heldField?: string | undefined;
  readonly size: RequestSize;
  /** The validated input, JSON-plain, for the idempotency fingerprint. */
  readonly input: unknown;
}

/** A request with one complete answer. */
export interface AnswerRequest<R> extends MeteredRequest {
  readonly run: (vendor: AiVendor, io: ProviderIo) => Promise<Answered<R>>;
  /** Stored answers are bytes; both directions must be exact. */
  readonly encode: (result: R) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => R;
}

/** A request whose answer is a stream. */
export interface StreamRequest<C> extends MeteredRequest {
  readonly open: (vendor: AiVendor, io: ProviderIo) => Promise<Streaming<C>>;
  readonly encodeChunk: (chunk: C) => Uint8Array;
  readonly decodeChunk: (bytes: Uint8Array) => C;
}
