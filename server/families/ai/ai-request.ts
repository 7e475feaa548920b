import type { AiVendor, NativeDialect, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { AiOperation } from "../../contracts/ai-operation.ts";
import type { Answered, Streaming } from "../../contracts/vendor-call.ts";
import type { AnswerRequest, CallRequest, ReadRequest, RouteTarget, StreamRequest } from "../family.ts";
import { aiRouteOf } from "./ai-route.ts";
import type { RequestNeeds, RequestSize } from "./request-size.ts";

/** An AI request as an API builds it: what is asked, and how large it is. */
export interface AiRequest extends RoutedAiRequest, ReadRequest {
  readonly operation: AiOperation & ReadRequest["operation"];
}

/** The same whether it reads or acts: all that its routes depend on. */
export interface RoutedAiRequest extends CallRequest {
  readonly operation: AiOperation;
  /** As the caller wrote it. */
  readonly requestedModel: string;
  /** The caller's dialect; `typed` for Nexus' own contract. */
  readonly dialect: "typed" | "google.interactions" | NativeDialect;
  readonly needs: RequestNeeds;
  /** Names something kept at the vendor: only an organization's own key may reach it. */
  readonly heldField?: string | undefined;
  readonly size: RequestSize;
  /** Where its session is open: it goes nowhere else. */
  readonly at?: RouteTarget | undefined;
  /** The validated input, JSON-plain, for the idempotency fingerprint. */
  readonly input: unknown;
}

/** How an AI vendor is asked for one complete answer. */
interface AnswerBy<A> extends Pick<AnswerRequest<A>, "encode" | "decode" | "unfit"> {
  readonly run: (vendor: AiVendor, io: ProviderIo) => Promise<Answered<A>>;
}

/** How an AI vendor is asked for a stream. */
interface StreamBy<C> extends Pick<StreamRequest<C>, "encodeChunk" | "decodeChunk" | "quiet" | "mostAnswerBytes"> {
  readonly open: (vendor: AiVendor, io: ProviderIo) => Promise<Streaming<C>>;
}

/** An AI request with one complete answer, for the call path. */
export const aiAnswer = <A>(request: AiRequest, { run, ...codec }: AnswerBy<A>): AiRequest & AnswerRequest<A> => ({
  ...request,
  ...codec,
  run: (route, io) => {
    const own = aiRouteOf(route);
    return run(own.vendor, own.ioOf(io));
  },
});

/** An AI request whose answer is a stream, for the call path. */
export const aiStream = <C>(request: AiRequest, { open, ...codec }: StreamBy<C>): AiRequest & StreamRequest<C> => ({
  ...request,
  ...codec,
  open: (route, io) => {
    const own = aiRouteOf(route);
    return open(own.vendor, own.ioOf(io));
  },
});
