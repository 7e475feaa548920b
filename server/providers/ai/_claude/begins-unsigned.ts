import type { GenerateTextInput } from "../../../contracts/ai/generate-text.ts";
import type { Message } from "../../../contracts/ai/message.ts";

type AssistantMessage = Extract<Message, { role: "assistant" }>;

const asked = ({ role }: Message): boolean => role === "user" || role === "tool";

/** The first assistant message of the turn that is under way, where the model is to go on with one. */
const turnUnderWay = (messages: readonly Message[]): AssistantMessage | undefined => {
  const last = messages.at(-1);
  if (last?.role === "assistant") return last;
  let begin: AssistantMessage | undefined;
  // Backwards over the pairs of calls and results; what a user says by himself begins a turn.
  for (let at = messages.length - 1; at >= 0;) {
    let holdsResults = false;
    for (; at >= 0; at -= 1) {
      const message = messages[at];
      if (message === undefined || !asked(message)) break;
      holdsResults ||= message.role === "tool";
    }
    if (!holdsResults) break;
    for (; at >= 0; at -= 1) {
      const message = messages[at];
      if (message?.role !== "assistant") break;
      begin = message;
    }
  }
  return begin;
};

/** Whether a turn is under way that did not begin with thinking: a model that thinks by a budget refuses to go on with it. */
export const beginsUnsigned = ({ messages }: GenerateTextInput): boolean => {
  const begin = turnUnderWay(messages ?? []);
  if (begin === undefined) return false;
  return typeof begin.content === "string" || begin.content[0]?.type !== "reasoning";
};
