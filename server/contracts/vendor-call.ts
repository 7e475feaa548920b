import type { Doubt } from "./doubt.ts";
import type { SignRequest } from "./sign-request.ts";
import type { Units } from "./units.ts";

/** What an attempt is made with, of whatever family: a vendor touches nothing else, and knows no database and no env. */
export interface VendorIo {
  /** Opened at the last moment; must not be kept beyond the call. */
  readonly credential: Readonly<Record<string, string>>;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** The only way out: guarded, bound to one attempt, to the host of `baseUrl` and to declared paths. */
  readonly send: (request: WireRequest) => Promise<WireResponse>;
  /**
   * A file that a vendor made and keeps at another public https address: asked for without the credential, and with no
   * header of ours. Within the time and the size of the attempt.
   */
  readonly download: (url: string) => Promise<WireResponse>;
  /** A connection of the attempt's own, for vendors that speak no HTTP; bound to the host of `baseUrl`, by the same guard. */
  readonly connect: () => Promise<WireLine>;
  readonly signal: AbortSignal;
  /** The ledger row's id; sent as the vendor's idempotency key where it takes one. */
  readonly operationId: string;
}

/** A connection that is up, TLS included where it begins with it. */
export interface WireLine {
  readonly connection: NodeJS.ReadWriteStream;
  /** A name, or an address. */
  readonly host: string;
  readonly secure: boolean;
  /** The operator has named this host: it may be spoken to in the clear. */
  readonly trusted: boolean;
  /** Of the attempt's time. */
  readonly remainingMs: () => number;
  /** From now on what is asked for may have reached the vendor. */
  readonly markSent: () => void;
  readonly markAnswered: () => void;
  readonly end: () => void;
}

/** What a session is opened with. */
export interface SessionIo extends VendorIo {
  /** A WebSocket of the attempt's own, to the host and below the path of `baseUrl`. */
  readonly openSocket: (request: WireUpgrade) => Promise<WireSocket | SocketRefusal>;
}

/** A request for a WebSocket, as `WireRequest` is written. */
export type WireUpgrade = Pick<WireRequest, "path" | "values" | "headers"> & {
  readonly query: Readonly<Record<string, string>>;
};

/** How a vendor that opens no WebSocket says so. */
export interface SocketRefusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body. */
  readonly text: string;
}

/** A WebSocket that is up: texts both ways. */
export interface WireSocket {
  /** Resolves once it has left. */
  readonly send: (text: string) => Promise<void>;
  /** Until then nothing is read. The end comes once: what went wrong, or undefined where the vendor closed in order. */
  readonly listen: (onText: (text: string) => void, onEnd: (failure: Error | undefined) => void) => void;
  readonly close: () => void;
}

/** A body that is not held in memory as a whole. */
export interface StreamedBody {
  readonly byteLength: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** A request that goes out as it is. */
export interface WireRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Declared, never put together: appended to the base URL with `values` in its `{places}`, each of them encoded. */
  readonly path: string;
  readonly values?: Readonly<Record<string, string>>;
  /** Appended to the base URL without its last segment: an API of the vendor's that lies beside (`/upload/v1beta`). */
  readonly beside?: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** In place of `body`. Such a request cannot be signed, nor sent twice. */
  readonly streamed?: StreamedBody;
  /**
   * It only prepares what is asked for (a token): whatever becomes of it, nothing of that was sent, and the attempt is not
   * sent before the next request is.
   */
  readonly prepares?: boolean;
  /** An answer that leads elsewhere is given as it is; it is not followed. Refused where absent. */
  readonly tellsRedirect?: boolean;
  /** For vendors whose requests are signed: asked once nothing else of the request will change. */
  readonly sign?: SignRequest;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Capped in bytes, total time and idle time. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Units that a vendor bills at another model's prices, beside the answer's own (Anthropic's advisor). */
export interface FurtherUnits {
  readonly responseModel: string | undefined;
  readonly units: Units | null;
}

/**
 * What was odd about a vendor's numbers. `unusable_count` a field was no plausible number and is left out,
 * `inconsistent_usage` the numbers contradict each other and the dearer reading is booked, `incomplete_usage` one side
 * was not told, `unpriced_tier` the served tier has no known price, `unusable_cost` the vendor's own charge is no amount.
 */
export const usageNotes = [
  "unusable_count",
  "inconsistent_usage",
  "incomplete_usage",
  "unpriced_tier",
  "unusable_cost",
] as const;
export type UsageNote = (typeof usageNotes)[number];

/** Numbers read off the wire, with where they stand. */
export interface Metered {
  /** Disjoint unit classes; null where the vendor reported nothing usable. */
  readonly units: Units | null;
  /** The numbers in `units` are the vendor's last word and tell all that was used; else an estimate tops them up. */
  readonly final: boolean;
  /** Of a complete answer: nothing of it was delivered. */
  readonly empty?: boolean;
  readonly notes?: readonly UsageNote[];
  /** The tier that served the request, where the vendor says so; lower case. */
  readonly serviceTier?: string;
  /** What the vendor says it charged: the bill itself, where it reports one. */
  readonly vendorCostNanos?: bigint;
  /** Lines at other prices; no part of `units`. */
  readonly further?: readonly FurtherUnits[];
  /** The vendor's own usage object as received, for the record. */
  readonly rawUsage: unknown;
  /** Model the vendor says it answered with. */
  readonly responseModel: string | undefined;
  /** The vendor's request id (a header or the body's id): an attribute, never a key. */
  readonly vendorRequestId: string | undefined;
}

/** Of a vendor that said nothing of what it used. */
export const nothingMetered = (vendorRequestId: string | undefined): Metered => ({
  units: null,
  final: false,
  rawUsage: undefined,
  responseModel: undefined,
  vendorRequestId,
});

/** The vendor's last word on what it bills: nothing has to be estimated, and nothing is in doubt. */
export const isTold = ({ final, units, vendorCostNanos }: Metered): boolean =>
  (final && units !== null) || vendorCostNanos !== undefined;

/** A complete vendor answer. */
export interface Answered<T> extends Metered {
  readonly result: T;
}

/** A vendor answer in progress. `meter()` may be asked at any moment, also after a cut. */
export interface Streaming<Chunk> {
  readonly chunks: AsyncIterable<Chunk>;
  readonly meter: () => Metered & {
    /** UTF-8 bytes of generated content (text, reasoning, tool input) seen so far. */
    readonly deliveredBytes: number;
    /** The vendor's own ending was seen. */
    readonly complete: boolean;
  };
}

/** Why a vendor call failed, in the terms the call path decides by. */
export interface ProviderFailure {
  /** `not_sent`: no byte left. `refused`: a definite, unbilled no. `unknown`: bytes left, no definite answer. */
  readonly kind: "not_sent" | "refused" | "unknown";
  /** Of `unknown`: the reason. */
  readonly doubt?: Doubt | undefined;
  readonly code:
    | "PROVIDER_REJECTED"
    | "PROVIDER_RATE_LIMITED"
    | "PROVIDER_AUTH_FAILED"
    | "PROVIDER_ACCOUNT_EXHAUSTED"
    | "PROVIDER_BAD_RESPONSE"
    | "PROVIDER_UNAVAILABLE"
    | "PROVIDER_TIMEOUT"
    | "CAPABILITY_MISSING"
    | "REQUEST_CANCELLED";
  /**
   * What it is about. `request`: it would fail everywhere. `route`: this attempt; another route may do better. `model`:
   * this model at this credential. `credential`: all models under it. `vendor`: nothing of it can be reached. The last
   * three affect every caller, so nothing that one caller can cause may be one of them.
   */
  readonly about: "request" | "route" | "model" | "credential" | "vendor";
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly vendorRequestId: string | undefined;
  /** A safe sentence for the caller: no payload, no secret. */
  readonly message: string;
  /** The vendor's own words for it, as machines read them; as safe as the sentence. */
  readonly reason?: VendorReason | undefined;
  /** Of an act that was `refused`: the vendor documents that this very answer means that nothing was done, whatever its status. */
  readonly documented?: boolean | undefined;
  /**
   * Of an act, what the answer says of a repeat under the same key: `in_progress` the first request still runs; `already` it
   * is done, and may be so by us; `mismatch` the key belongs to another request.
   */
  readonly repeat?: "in_progress" | "already" | "mismatch" | undefined;
}

/** How a vendor names what it refused. */
export interface VendorReason {
  /** The status it goes by: the answer's, or the one inside an answer of 200. */
  readonly status: number;
  readonly code: string | undefined;
  readonly type: string | undefined;
  /** The field it is about. */
  readonly param: string | undefined;
}

/** The only error a provider throws. It holds no payload, no header and no vendor body. */
export class ProviderError extends Error {
  readonly failure: ProviderFailure;
  /** Usage that the vendor had reported before the failure: an answer that cannot be delivered is billed too. */
  readonly metered: Metered | undefined;

  constructor(failure: ProviderFailure, options?: { readonly cause?: unknown; readonly metered?: Metered }) {
    super(failure.message, options);
    this.name = "ProviderError";
    this.failure = failure;
    this.metered = options?.metered;
  }

  /** The same failure, with the usage that the vendor had reported, if any. */
  with(metered: Metered): ProviderError {
    if (this.metered !== undefined || (metered.units === null && metered.vendorCostNanos === undefined)) return this;
    return new ProviderError(this.failure, { metered });
  }
}
