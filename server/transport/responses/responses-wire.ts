import { responseKind, type WireObject } from "../../domain/responses/index.ts";
import { toldFailure, type AnswerStory, type KeptWire } from "../kept-answers/index.ts";
import { isEndingEvent, responseEvent } from "./response-events.ts";

const endings = ["completed", "incomplete", "failed"] as const;

const isRecord = (value: unknown): value is WireObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const storyOf = (begun: WireObject): AnswerStory => {
  const items: WireObject[] = [];
  let response: WireObject = { ...begun, status: "in_progress" };
  const soFar = (): WireObject => ({ ...response, output: items });
  return {
    soFar,
    take: (document) => {
      const { type, response: told, sequence_number: _number, ...rest } = document;
      // They were told when the call was taken.
      if (typeof type !== "string" || type === "response.created" || type === "response.queued") return undefined;
      if (type === "error")
        return { is: "end", status: "failed", answer: { ...soFar(), status: "failed", error: rest } };
      if (type === "response.output_item.done" && isRecord(rest["item"])) items.push(rest["item"]);
      if (!isRecord(told)) return { is: "event", event: { type, members: rest } };
      // A call that was tried a second time is another operation; the response stays the one that was told.
      const own = { ...told, id: begun["id"], created_at: begun["created_at"] };
      const status = endings.find((one) => type === `response.${one}`);
      if (status !== undefined) return { is: "end", status, answer: { ...own, status } };
      response = own;
      return { is: "event", event: { type, members: { response: own } } };
    },
  };
};

/** How OpenAI's responses are written. */
export const responsesWire: KeptWire = {
  kind: responseKind,
  opening: (response) => ["response.created", "response.queued"].map((type) => ({ type, members: { response } })),
  story: storyOf,
  whole:
    () =>
    ({ response }) =>
      isRecord(response) ? response : undefined,
  write: ({ type, members }, number) => responseEvent(type, { ...members, sequence_number: number }),
  // No event says that a response was cancelled: its stream ends.
  ending: (status, response) =>
    status === "cancelled" ? undefined : { type: `response.${status}`, members: { response } },
  isEnding: (text) => isEndingEvent(Buffer.from(text)),
  done: "",
  keepAlive: ": keep-alive\n\n",
  failedWith: (error, requestId) => ({ error: toldFailure(error, requestId) }),
};
