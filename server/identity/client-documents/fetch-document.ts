import { EgressError } from "../../platform/egress/index.ts";
import type { GuardedFetch } from "../http/guarded-fetch.ts";
import { refuseDocument, type DocumentRefusal } from "./document-refusal.ts";

/** A document as served, and how long its server lets it be kept. */
export interface ServedDocument {
  readonly bytes: Uint8Array;
  /** Undefined where the server does not say. */
  readonly maxAgeMs: number | undefined;
}

/** The limits of one request: nobody waits long, and no more is read than a document has. */
export const documentLimits = { name: "client-document", timeoutMs: 2_500, maxBytes: 5 * 1024 } as const;

const jsonType = /^application\/([a-z0-9.+-]+\+)?json$/i;

const maxAgeOf = (cacheControl: string | null): number | undefined => {
  if (cacheControl === null) return undefined;
  if (/(^|[\s,])no-(store|cache)\b/i.test(cacheControl)) return 0;
  const seconds = /(^|[\s,])max-age=(\d{1,9})\b/i.exec(cacheControl)?.[2];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
};

const refusalOf = (error: unknown): DocumentRefusal => {
  if (!(error instanceof EgressError)) throw error;
  // Nobody learns from here why an address does not answer: whoever names one would scan with it.
  return refuseDocument(error.reason === "redirect" || error.reason === "too_large" ? error.reason : "unreachable");
};

/** Asks for a document, and takes nothing but JSON answered with 200. */
export const fetchDocument = async (fetch: GuardedFetch, url: URL): Promise<ServedDocument | DocumentRefusal> => {
  try {
    const response = await fetch(url, { headers: { accept: "application/json" } });
    if (response.status !== 200) return refuseDocument("status");
    const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
    if (!jsonType.test(type.trim())) return refuseDocument("media_type");
    return {
      bytes: new Uint8Array(await response.arrayBuffer()),
      maxAgeMs: maxAgeOf(response.headers.get("cache-control")),
    };
  } catch (error) {
    return refusalOf(error);
  }
};
