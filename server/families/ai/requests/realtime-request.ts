import { ai } from "../../../contracts/ai.ts";
import type { AiVendorRealtime } from "../../../contracts/ai-vendor-realtime.ts";
import type { ProviderIo, AiVendor } from "../../../contracts/ai-vendor.ts";
import type { Made } from "../../../contracts/made.ts";
import type { Streaming, WireSocket } from "../../../contracts/vendor-call.ts";
import type { RouteTarget, SessionRequest, StreamRequest } from "../../family.ts";
import { aiStream, type AiRequest } from "../ai-request.ts";
import { aiRouteOf } from "../ai-route.ts";
import { cannot } from "../cannot.ts";
import { sizeOfInput } from "../request-size.ts";
import { fromJsonBytes, toJsonBytes } from "./json-bytes.ts";

const common = {
  operation: ai.realtime,
  dialect: "typed",
  needs: { tools: false, images: false, json: false },
} as const;

/** The realtime side of a vendor that has one. */
export const realtimeOf = ({ realtime }: AiVendor): AiVendorRealtime => {
  if (realtime === undefined) throw cannot(ai.realtime.id);
  return realtime;
};

/** A session of `ai.realtime` for the call path; it is free, and each response in it is a call. */
export const realtimeSessionRequest = (model: string): AiRequest & SessionRequest<WireSocket> => ({
  ...common,
  requestedModel: model,
  size: sizeOfInput(0),
  input: { model },
  openSession: (route, io) => {
    const own = aiRouteOf(route);
    return realtimeOf(own.vendor).open({ ...io, model: own.model });
  },
});

/** One response as a session asks for it. */
export interface RealtimeAsk {
  /** As the session's client wrote it. */
  readonly model: string;
  /** Where the session is open. */
  readonly at: RouteTarget;
  readonly made: Extract<Made, { readonly kind: "response" }>;
  readonly maxOutputTokens: number;
  /** The session's events are no part of the answer, which is told by ticks: each stands for an event. */
  readonly open: (io: ProviderIo, vendor: AiVendorRealtime) => Promise<Streaming<number>>;
}

/** One response of a session, for the call path. */
export const realtimeResponseRequest = ({
  model,
  at,
  made,
  maxOutputTokens,
  open,
}: RealtimeAsk): AiRequest & StreamRequest<number> =>
  aiStream(
    {
      ...common,
      requestedModel: model,
      size: { ...sizeOfInput(made.textTokens), maxOutputTokens, made },
      at,
      input: { model },
    },
    {
      open: (vendor, io) => open(io, realtimeOf(vendor)),
      encodeChunk: toJsonBytes,
      decodeChunk: (bytes) => Number(fromJsonBytes(bytes)),
    },
  );
