import type { KeptKind, KeptStatus, WireObject } from "../../domain/responses/index.ts";
import type { NexusError } from "../../errors.ts";

/** An event of an answer, not yet numbered. */
export interface AnswerEvent {
  readonly type: string;
  readonly members: WireObject;
}

/** What an event of a call means for the answer that it belongs to. */
export type ToldEvent =
  | { readonly is: "event"; readonly event: AnswerEvent }
  | { readonly is: "end"; readonly status: KeptStatus; readonly answer: WireObject };

/** An answer on its way, put together from the events of its call. */
export interface AnswerStory {
  /** Nothing for what was told when the call was taken. */
  readonly take: (document: WireObject) => ToldEvent | undefined;
  /** As far as it has come. */
  readonly soFar: () => WireObject;
}

/** How an API writes the answers that are kept for its callers, and their events. */
export interface KeptWire {
  readonly kind: KeptKind;
  /** The events that every answer in the background begins with. */
  readonly opening: (answer: WireObject) => readonly AnswerEvent[];
  /** Of an answer as it was when it was taken. */
  readonly story: (answer: WireObject) => AnswerStory;
  /** Takes the events of a call, and gives the whole answer with the last of them. */
  readonly whole: () => (document: WireObject) => WireObject | undefined;
  readonly write: (event: AnswerEvent, number: number) => string;
  /** The event that says how an answer ended; nothing where its stream just ends. */
  readonly ending: (status: KeptStatus, answer: WireObject) => AnswerEvent | undefined;
  /** Whether a written event is such a one. */
  readonly isEnding: (text: string) => boolean;
  /** Behind the last event of a stream. */
  readonly done: string;
  /** What a reader is written in a long silence. */
  readonly keepAlive: string;
  /** What an answer says of an error that it failed with. */
  readonly failedWith: (error: NexusError, requestId: string) => WireObject;
}
