import type { StreamPart } from "../../contracts/ai/stream-text.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { AuthenticatedDoor } from "../dispatch.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { restErrorReply } from "../encode-error.ts";
import { replyHeadersOf, type ReplyNotes } from "../reply-headers.ts";
import { callProcedure } from "../trpc/call-procedure.ts";
import type { ProcedureDeps } from "../trpc/procedure-deps.ts";
import { readRestInput } from "./read-rest-input.ts";
import { createRestMatcher } from "./rest-route.ts";
import { toServerSentEvents } from "./sse.ts";

/** The procedures that stream all answer with parts, checked where they are made. */
const isParts = (output: unknown): output is AsyncIterable<StreamPart> =>
  typeof output === "object" && output !== null && Symbol.asyncIterator in output;

type Exported = (outcome: "complete" | "broken_off") => void;

/** The same text; says whether its reader has stayed to the end. */
const followed = async function* (
  text: AsyncGenerator<string | Uint8Array, void, void>,
  tell: Exported,
): AsyncGenerator<string | Uint8Array> {
  let outcome: Parameters<Exported>[0] = "broken_off";
  try {
    yield* text;
    outcome = "complete";
  } finally {
    tell(outcome);
  }
};

const toReply = (output: unknown, notes: ReplyNotes, requestId: string, tell: Exported): DoorReply => {
  const headers = replyHeadersOf(notes, requestId);
  if (notes.file) {
    const { name, type, text } = notes.file;
    const disposition = `attachment; filename="${name}"`;
    return {
      status: 200,
      headers: {
        ...headers,
        "content-type": type,
        "content-disposition": disposition,
        "x-accel-buffering": "no",
      },
      body: followed(text(), tell),
    };
  }
  if (!isParts(output))
    return {
      status: notes.accepted === undefined ? 200 : 202,
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(output),
    };
  return {
    status: 200,
    headers: { ...headers, "content-type": "text/event-stream", "x-accel-buffering": "no" },
    body: toServerSentEvents(output[Symbol.asyncIterator]()),
  };
};

/** The REST door: the procedures of the tRPC door by method and path, in plain JSON; errors are thrown for the dispatcher to encode. */
export const createProcedureDoor = ({ deps }: { readonly deps: ProcedureDeps }): AuthenticatedDoor => {
  const match = createRestMatcher();

  const answer = async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const matched = match(request.method, request.path);
    const input = await readRestInput(matched, request);
    const notes: ReplyNotes = {};
    const output = await callProcedure(matched.procedure, { deps, ctx, input, notes });
    const { name } = matched.procedure;
    return toReply(output, notes, ctx.requestId, (outcome) => deps.onExported(name, outcome));
  };

  return { name: "rest", answer, encodeError: restErrorReply };
};
