import type { GenerateTextInput } from "../../contracts/ai/generate-text.ts";
import type { GeneratedText, NativeDialect, ProviderIo, VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { Answered, Streaming } from "../../contracts/vendor-call.ts";
import type { SseEvent } from "../../contracts/sse-event.ts";
import type { RequestNeeds, RequestSize } from "../../families/ai/index.ts";
import type { DoorRequest } from "../door-request.ts";
import type { SseEnding } from "./metered-sse.ts";

/** A request of the dialect in Nexus' own contract, and what of it got lost on the way. */
export interface Translated {
  readonly input: GenerateTextInput;
  /** Settings that have no translation; the answer names them in warnings. */
  readonly warnings: readonly string[];
}

/** The model and time in an encoded answer. */
export interface AnswerOrigin {
  readonly operationId: string;
  readonly nowMs: number;
  readonly model: string;
}

/** A dialect in which a vendor of ours can be asked. */
export type NativeTextDialect<R extends { readonly model: string }> = TextDialect<R> &
  Required<Pick<TextDialect<R>, "nativeBody">>;

/** How one vendor's way of asking for text is read, passed on, translated and answered. */
export interface TextDialect<R extends { readonly model: string }> {
  readonly id:
    | Extract<NativeDialect, "openai.chat" | "openai.responses" | "anthropic.messages" | "google.generateContent">
    | "google.interactions";
  /** Below a vendor's base URL. */
  readonly path: string;
  /** Checks a body, strictly where policy reads it; throws INVALID_INPUT. */
  readonly parse: (body: unknown) => R;
  /** All that says what is asked for, where it is not the body alone. */
  readonly identity?: (body: Readonly<Record<string, unknown>>) => unknown;
  readonly streams: (request: R) => boolean;
  readonly measure: (request: R, byteLength: number) => { readonly size: RequestSize; readonly needs: RequestNeeds };
  /** The first part that reaches for something kept at the vendor, which is for the key's owner alone. */
  readonly heldField: (request: R) => string | undefined;
  /** The caller's headers that are passed to a vendor of the same dialect. */
  readonly nativeHeaders: (request: DoorRequest) => Readonly<Record<string, string>>;
  /** What of the caller's headers the vendor does not get to see though it would understand it; the answer names it. */
  readonly withheldHeaders?: (request: DoorRequest) => readonly string[];
  /** What the gateway decided in the caller's place; the answer names it. */
  readonly decided?: (request: R) => readonly string[];
  /** Whether a request is translated even for a vendor of the same dialect, which carries it out in another one. */
  readonly alwaysTranslated?: (request: R) => boolean;
  /** The caller's body with what policy decides in it; absent where the dialect is translated for every vendor. */
  readonly nativeBody?: (
    body: Readonly<Record<string, unknown>>,
    request: R,
    io: Pick<ProviderIo, "model" | "maxOutputTokens" | "files">,
  ) => Record<string, unknown>;
  readonly includeUsage: (request: R) => boolean;
  /** What Nexus says itself in the answers of a vendor of the same dialect; where absent, they pass as they are. */
  readonly adopt?: {
    readonly answer: (body: Uint8Array, origin: AnswerOrigin) => Uint8Array;
    /** Whole events, of which a stream that stops short of its ending fails. */
    readonly stream: (streaming: Streaming<Uint8Array>, origin: () => AnswerOrigin) => Streaming<Uint8Array>;
  };
  /** Done once a call is settled, and before its caller is told so; must not throw. */
  readonly settled?: () => Promise<void>;
  readonly translate: (request: R) => Translated;
  readonly encodeAnswer: (answered: Answered<GeneratedText>, origin: AnswerOrigin) => Uint8Array;
  /** Events without the dialect's ending. `origin` is asked once, when the first content is there. */
  readonly encodeStream: (options: {
    readonly streaming: Streaming<VendorStreamPart>;
    readonly origin: () => AnswerOrigin;
    readonly includeUsage: boolean;
    readonly onWarning: (setting: string) => void;
  }) => AsyncIterable<Uint8Array>;
  /** Whether a native event is the ending, which the door sends itself. */
  readonly isEnding: (event: SseEvent) => boolean;
  readonly ending: (requestId: string) => SseEnding;
}
