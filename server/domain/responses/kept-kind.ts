import type { WireObject } from "./responses-deps.ts";

/** What callers know something kept as, by the API that made it. Beside that, whatever is kept is kept alike. */
export interface KeptKind {
  readonly name: "response" | "interaction";
  /** Of its id. */
  readonly prefix: "resp" | "int";
  readonly title: "Response" | "Interaction";
  /** The member of an answer that holds what was said. */
  readonly said: "output" | "steps";
  /** By which a request goes on from it. */
  readonly previousField: "previous_response_id" | "previous_interaction_id";
  /** Whether later requests may refer to single items of it. */
  readonly hasItems: boolean;
  /** Of one in the background that has not begun. */
  readonly waiting: "queued" | "in_progress";
  /** What an answer says beside its status where it failed. */
  readonly failedWith: (error: { readonly code: string; readonly message: string }) => WireObject;
}

/** OpenAI's responses. */
export const responseKind: KeptKind = {
  name: "response",
  prefix: "resp",
  title: "Response",
  said: "output",
  previousField: "previous_response_id",
  hasItems: true,
  waiting: "queued",
  failedWith: (error) => ({ error }),
};

/** Google's interactions. */
export const interactionKind: KeptKind = {
  name: "interaction",
  prefix: "int",
  title: "Interaction",
  said: "steps",
  previousField: "previous_interaction_id",
  hasItems: false,
  // Google tells no queue, and not all of its clients know the word.
  waiting: "in_progress",
  failedWith: (error) => ({ errors: [error] }),
};
