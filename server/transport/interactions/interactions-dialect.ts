import type { NexusFacts } from "../../contracts/nexus-facts.ts";
import { parseSseEvent } from "../../contracts/sse-event.ts";
import type { WireObject } from "../../domain/responses/index.ts";
import { appendFacts } from "../dialect/append-facts.ts";
import type { TextDialect } from "../dialect/dialect.ts";
import { cappedSearches } from "../dialect/hosted-tools.ts";
import { encodeInteraction, encodeInteractionEvents } from "./encode-interaction.ts";
import { GatheredSteps } from "./gathered-steps.ts";
import {
  doneEvent,
  interactionDocument,
  interactionEvent,
  interactionIn,
  endsInteraction,
} from "./interaction-events.ts";
import { parseInteraction, type InteractionRequest, type InteractionStep } from "./interaction-request.ts";
import { toldError } from "./interactions-wire.ts";
import { measureInteraction } from "./measure-interaction.ts";
import { searchOfInteraction } from "./search-of-interaction.ts";
import { translateInteraction } from "./translate-interaction.ts";

/** One request as its call needs it. */
export interface InteractionCall {
  readonly request: InteractionRequest;
  /** The whole conversation: what was kept, then what the caller sent. */
  readonly steps: readonly InteractionStep[];
  /** Told of the whole interaction as its caller gets it, once it is there; not of a repeat. */
  readonly onInteraction?: (interaction: WireObject) => void;
  readonly settled?: () => Promise<void>;
  /** What is not carried out as asked; the answer names it. */
  readonly withheld?: readonly string[];
}

const withFacts = (chunk: Uint8Array, facts: NexusFacts): Uint8Array => {
  const { event, data } = parseSseEvent(Buffer.from(chunk), true);
  if (data === undefined) return chunk;
  const head = Buffer.from(`event: ${event ?? "interaction.completed"}\ndata: `);
  return Buffer.concat([head, appendFacts(Buffer.from(data), facts), Buffer.from("\n\n")]);
};

/** Google's interactions, for one request: a conversation that is kept makes each of them another. */
export const interactionsDialect = ({
  request,
  steps,
  onInteraction,
  settled,
  withheld = [],
}: InteractionCall): TextDialect<InteractionRequest> => {
  async function* watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    const gathered = new GatheredSteps();
    for await (const bytes of chunks) {
      const document = onInteraction && interactionDocument(bytes);
      if (document !== undefined) gathered.see(document);
      const whole = endsInteraction(bytes) ? interactionIn(document) : undefined;
      if (whole !== undefined) onInteraction?.({ ...whole, role: "model", steps: gathered.all() });
      yield bytes;
    }
  }
  const tell = (body: Uint8Array): Uint8Array => {
    const interaction: unknown = onInteraction && JSON.parse(Buffer.from(body).toString("utf8"));
    if (typeof interaction === "object" && interaction !== null) onInteraction?.({ ...interaction });
    return body;
  };

  return {
    id: "google.interactions",
    path: "/interactions",
    parse: parseInteraction,
    // What goes on without its caller comes as events, whoever reads them.
    streams: ({ stream, background }) => stream === true || background === true,
    measure: (_request, byteLength) => measureInteraction(request, steps, byteLength),
    // What lies at the vendor is refused by its address.
    heldField: () => undefined,
    nativeHeaders: () => ({}),
    withheldHeaders: () => withheld,
    includeUsage: () => true,
    ...(settled === undefined ? {} : { settled }),
    translate: () => translateInteraction(request, steps),
    decided: () => cappedSearches(searchOfInteraction(request.tools ?? [])),
    encodeAnswer: (answered, origin) => tell(Buffer.from(JSON.stringify(encodeInteraction(answered, request, origin)))),
    encodeStream: (options) => watched(encodeInteractionEvents(options, request)),
    isEnding: () => false,
    ending: (requestId) => ({
      done: doneEvent,
      holdsBack: endsInteraction,
      failed: (error) => interactionEvent("error", { error: toldError(error, requestId) }) + doneEvent,
      withFacts,
    }),
  };
};
