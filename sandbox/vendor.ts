import type { IncomingHttpHeaders } from "node:http";
import type { AccountFiles } from "./files/file-shelf.ts";
import type { JsonObject } from "./read-json.ts";
import type { Units } from "./units.ts";

export const vendorIds = [
  "openai",
  "anthropic",
  "google",
  "vertex",
  "azure",
  "bedrock",
  "mistral",
  "groq",
  "xai",
  "cohere",
  "elevenlabs",
  "deepgram",
  "fal",
  "compatible",
] as const;
export type SandboxVendorId = (typeof vendorIds)[number];

/** `whole` is an answer in one piece; a stream has an opening, deltas, usage and an ending, each at least once. */
export type VendorFrameKind = "whole" | "open" | "delta" | "usage" | "end";
export interface Frame {
  readonly kind: VendorFrameKind;
  readonly bytes: string | Buffer;
}

/** What a vendor would answer, before faults bend how it travels. */
export interface VendorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly frames: readonly Frame[];
  readonly streamed: boolean;
  /** Units the vendor bills; null where it refused. */
  readonly units: Units | null;
  /** Units a correct reader takes from the complete answer; null where it says nothing usable. */
  readonly reported: Units | null;
}

/** How usage is told: `edit` changes the vendor's usage object, or withholds it; `mode` says how often it is told. */
export interface UsageTelling {
  readonly edit: (usage: JsonObject) => JsonObject | undefined;
  readonly mode: "once" | "twice" | "growing";
}

/** A request below a vendor's mount. */
export interface VendorRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query, mount included, exactly as they were sent; with `raw` what a signature is over. */
  readonly target: string;
  readonly raw: Uint8Array;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
  /** Digest of the body as hex; ids in answers derive from it. */
  readonly bodyDigest: string;
  /** Model id without a fault suffix. */
  readonly model: string;
  readonly nowMs: number;
  /** Those of the key that the request came with. */
  readonly files: AccountFiles;
  readonly telling: UsageTelling;
}

/** A vendor's wire protocol: pure functions from request to reply. */
export interface Vendor {
  readonly mount: string;
  /** Where the same vendor takes uploads, beside its mount; its paths begin with `/upload` for it. */
  readonly uploads?: string;
  readonly credentialOf: (headers: IncomingHttpHeaders) => string | undefined;
  /** Whether the shape of a credential is acceptable where no key set is configured. */
  readonly acceptsKey: (key: string | undefined) => boolean;
  /** Model and streaming, read before faults are matched. */
  readonly identify: (
    path: string,
    body: unknown,
    query: URLSearchParams,
  ) => { readonly model: string; readonly stream: boolean };
  readonly reply: (request: VendorRequest) => VendorReply;
  /** What the vendor says to a key it does not take, or to none. */
  readonly refuseKey: (key: string | undefined, digest: string) => VendorReply;
  /** An error in the vendor's envelope; 401 stands for a refused key, whatever status the vendor has for that. */
  readonly error: (status: number, message: string, digest: string) => VendorReply;
}

/** A complete JSON answer. */
export function jsonReply(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
  metered: { readonly units: Units | null; readonly reported: Units | null } = {
    units: null,
    reported: null,
  },
): VendorReply {
  const frames: Frame[] = [{ kind: "whole", bytes: JSON.stringify(body) }];
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    frames,
    streamed: false,
    ...metered,
  };
}
