import type { NexusFacts } from "../../contracts/nexus-facts.ts";
import type { DoorReply } from "../door-request.ts";
import type { ReplyNotes } from "../reply-headers.ts";
import { appendFacts } from "./append-facts.ts";
import { dialectHeaders } from "./dialect-headers.ts";
import type { WireAnswer } from "./wire-answer.ts";

interface Answered extends Pick<ReplyNotes, "replayed" | "allowance"> {
  readonly result: WireAnswer;
  readonly facts: NexusFacts;
}

/** A JSON answer in a vendor's dialect, with what the call says about itself in it and in its headers. */
export const wireReply = ({ result, facts, replayed = false, allowance }: Answered, requestId: string): DoorReply => ({
  status: 200,
  headers: dialectHeaders({ facts, replayed, allowance }, requestId, "application/json", result.warnings),
  body: appendFacts(result.body, facts),
});
