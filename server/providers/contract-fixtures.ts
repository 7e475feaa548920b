import type { AiVendor, NativeDialect } from "../contracts/ai-vendor.ts";
import type { Metered, ProviderFailure } from "../contracts/vendor-call.ts";
import type { Units } from "../contracts/units.ts";

/** The wires in which the tests of the edge compose a vendor's answers. */
export type EdgeWire = "openai" | "anthropic" | "google" | "bedrock" | "cohere";

/** What the exam asks of every vendor. Bodies are ours, shaped after the vendors' documentation named at each. */
export interface VendorFixtures {
  /** How it asks to be paid; a key where absent. */
  readonly credential?: Readonly<Record<string, string>>;
  /** What of the credential stands in a request in the clear; the key where absent. */
  readonly shows?: string;
  /** Undefined where the vendor does not say which model answered. */
  readonly responseModel: string | undefined;
  readonly errors: readonly VendorErrorFixture[];
  readonly embedding?: { readonly answer: unknown; readonly units: Units | null };
  /** Of two images of one prompt, and answers in which there are none. */
  readonly image?: {
    readonly answer: unknown;
    readonly units: Units | null;
    readonly path: string;
    readonly body: unknown;
    readonly unreadable: readonly unknown[];
  };
  /** What is sent of an image and its mask that another is made of; the answer is that of `image`. */
  readonly imageEdit?: { readonly path: string; readonly sent: readonly string[] };
  /** Of a recording of "Good morning" that tells nothing. */
  readonly speech?: {
    readonly units: Units | null;
    readonly path: string;
    readonly body: unknown;
    /** Headers of the answer, where they tell something. */
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** Of a recording in English in which Nexus is named; what is sent of it. */
  readonly transcript?: {
    readonly answer: unknown;
    readonly units: Units | null;
    readonly path: string;
    readonly sent: readonly string[];
    /** Answers that are no transcript. */
    readonly unreadable: readonly unknown[];
  };
  /** Of three documents of which the third is worse than the first; `body` beside the query and the documents. */
  readonly ranking?: {
    readonly answer: Readonly<Record<string, unknown>>;
    readonly units: Units | null;
    readonly path: string;
    readonly body: Readonly<Record<string, unknown>>;
  };
  /** Of a text with an image, and answers that are no verdict. */
  readonly moderation?: {
    readonly answer: unknown;
    readonly units: Units | null;
    readonly result: Awaited<ReturnType<NonNullable<AiVendor["moderate"]>>>["result"];
    readonly path: string;
    readonly body: unknown;
    readonly unreadable: readonly unknown[];
  };
}

/** What it asks of one whose models write. */
export interface DialectFixtures extends VendorFixtures {
  readonly wire: EdgeWire;
  /** Two models that answer text and have a price, or can be given one where the catalogue has none. */
  readonly models: readonly [string, string];
  /** A model that takes an effort to think with. */
  readonly reasoner?: string;
  readonly text: string;
  readonly units: Units;
  readonly answer: unknown;
  /** Headers of its answers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Writes events as bytes, for a wire that has no server-sent ones. */
  readonly encode?: (events: readonly unknown[]) => Buffer;
  /** The same answer as the data of events. */
  readonly events: readonly unknown[];
  /** The last of the events before which nothing of the text is missing, but the ending is. */
  readonly contentEvents: number;
  /** The ending that is no JSON. */
  readonly tail: string;
  readonly toolAnswer: unknown;
  /** The answer with usage of which not all can be used, and what is understood of it. */
  readonly oddAnswer: unknown;
  readonly oddReading: Pick<Metered, "units" | "final" | "notes">;
  /** An error in the middle of a stream. */
  readonly errorEvent: unknown;
  readonly outputLimit: (body: Readonly<Record<string, unknown>>) => readonly unknown[];
  readonly native?: {
    readonly dialect: NativeDialect;
    readonly path: string;
    readonly body: Record<string, unknown>;
    /** The caller's header for beta features, which goes on to the vendor. */
    readonly passes: string;
  };
  /** It shares adapter, dialect and readers with other vendors, and differs in data and in what it is sent. */
  readonly alike?: boolean;
  /** Usage is told in the last chunk of every stream, and no option asks for it. */
  readonly usageUnasked?: boolean;
  /** Answers are put otherwise also for callers of the vendor's own dialect, whose clients could not read them. */
  readonly rewrites?: boolean;
  /** The vendor takes images as data alone. */
  readonly fetchesNoImages?: boolean;
}

interface VendorErrorFixture {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: Partial<ProviderFailure>;
}

/** Echoes of what must never come back in an error: the exam plants both in every request. */
export const plantedKey = "sk-canary-key-5f2d9c71aa03";
export const plantedPrompt = "canary-prompt-77be01: tell me about the weather in Graz";
export const echo = `Your key ${plantedKey} and your text "${plantedPrompt}" are not welcome.`;

export const refusedRequest = { kind: "refused", code: "PROVIDER_REJECTED", about: "request" } as const;
export const refusedKey = { kind: "refused", code: "PROVIDER_AUTH_FAILED", about: "credential" } as const;
export const limited = { kind: "refused", code: "PROVIDER_RATE_LIMITED", about: "model" } as const;
export const broke = { kind: "refused", code: "PROVIDER_ACCOUNT_EXHAUSTED", about: "credential" } as const;
export const expectNotAllowed = { kind: "refused", code: "PROVIDER_REJECTED", about: "route" } as const;
export const expectUnknownModel = { kind: "refused", code: "PROVIDER_REJECTED", about: "route" } as const;
export const down = { kind: "refused", code: "PROVIDER_UNAVAILABLE", about: "route" } as const;
