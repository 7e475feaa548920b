import type { Streaming } from "../../contracts/vendor-call.ts";
import type { NexusError } from "../../errors.ts";
import type { AnswerOrigin, NativeTextDialect } from "../dialect/dialect.ts";
import { cappedSearches } from "../dialect/hosted-tools.ts";
import { uploadedFile } from "../dialect/uploaded-file.ts";
import { toldFailure } from "../kept-answers/index.ts";
import { nativeHeaders } from "../openai/native-headers.ts";
import { adoptResponse, adoptResponseEvents } from "./adopt-response.ts";
import { encodeResponseEvents } from "./encode-response-events.ts";
import { encodeResponse } from "./encode-response.ts";
import { measureResponses } from "./measure-responses.ts";
import { nativeResponsesBody } from "./native-responses-body.ts";
import { isEndingEvent, lifecycleOf, responseEvent, responseIn } from "./response-events.ts";
import {
  parseResponsesRequest,
  searchOfResponses,
  type ResponseItem,
  type ResponsesRequest,
} from "./responses-request.ts";
import { translateResponsesRequest } from "./translate-responses-request.ts";

/** One request as its call needs it. */
export interface ResponsesCall {
  readonly request: ResponsesRequest;
  /** The whole conversation: what was kept, then what the caller sent. */
  readonly items: readonly ResponseItem[];
  /** Told of the whole response as its caller gets it, once it is there; not of a repeat. */
  readonly onResponse?: (response: Readonly<Record<string, unknown>>) => void;
  readonly settled?: () => Promise<void>;
  /** What is not carried out as asked; the answer names it. */
  readonly withheld?: readonly string[];
}

/** How far a stream has come: what an error in the middle of it has to go on from. */
class StreamProgress {
  #response: Readonly<Record<string, unknown>> | undefined;
  #events = 0;

  see(bytes: Uint8Array): void {
    this.#events += 1;
    if (lifecycleOf(bytes) === "created") this.#response = responseIn(bytes);
  }

  /** As OpenAI ends a stream that fails. */
  failed(error: NexusError, requestId: string): string {
    const sequence_number = this.#events;
    const told = toldFailure(error, requestId);
    return this.#response === undefined
      ? responseEvent("error", { param: null, sequence_number, ...told })
      : responseEvent("response.failed", {
          response: { ...this.#response, status: "failed", error: told },
          sequence_number,
        });
  }
}

/** OpenAI's responses, for one request: a conversation that is kept makes each of them another. */
export const responsesDialect = ({
  request,
  items,
  onResponse,
  settled,
  withheld = [],
}: ResponsesCall): NativeTextDialect<ResponsesRequest> => {
  const progress = new StreamProgress();

  async function* watched(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const bytes of chunks) {
      progress.see(bytes);
      const response = onResponse !== undefined && isEndingEvent(bytes) ? responseIn(bytes) : undefined;
      if (response !== undefined) onResponse?.(response);
      yield bytes;
    }
  }
  const watch = ({ chunks, meter }: Streaming<Uint8Array>): Streaming<Uint8Array> => ({
    chunks: watched(chunks),
    meter,
  });
  const tell = (body: Uint8Array): Uint8Array => {
    const response: unknown = onResponse && JSON.parse(Buffer.from(body).toString("utf8"));
    if (typeof response === "object" && response !== null) onResponse?.({ ...response });
    return body;
  };

  return {
    id: "openai.responses",
    path: "/responses",
    parse: parseResponsesRequest,
    // What goes on without its caller comes as events, whoever reads them.
    streams: ({ stream, background }) => stream === true || background === true,
    measure: (_request, byteLength) => measureResponses(request, items, byteLength),
    heldField: () =>
      uploadedFile(
        items.map(({ content, ...item }) => ({ content: content ?? item["output"] })),
        undefined,
        "input",
      ),
    nativeHeaders,
    withheldHeaders: () => withheld,
    decided: (asked) => cappedSearches(searchOfResponses(asked)),
    nativeBody: (body, _request, io) => nativeResponsesBody(body, items, io),
    // Its last event carries the usage by itself.
    includeUsage: () => true,
    adopt: {
      answer: (body, origin: AnswerOrigin) => tell(adoptResponse(body, request, origin)),
      stream: (streaming, origin) => watch(adoptResponseEvents(streaming, request, origin)),
    },
    ...(settled === undefined ? {} : { settled }),
    translate: () => translateResponsesRequest(request, items),
    encodeAnswer: (answered, origin) => tell(Buffer.from(JSON.stringify(encodeResponse(answered, request, origin)))),
    encodeStream: (options) => watched(encodeResponseEvents(options, request)),
    isEnding: () => false,
    ending: (requestId) => ({
      done: "",
      holdsBack: isEndingEvent,
      failed: (error) => progress.failed(error, requestId),
    }),
  };
};
