import type { WireObject } from "../../domain/responses/index.ts";
import { doneEvent } from "./interaction-events.ts";
import { interactionsWire } from "./interactions-wire.ts";
import type { AnswerEvent } from "../kept-answers/index.ts";

const isRecord = (value: unknown): value is WireObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const recordsAt = (value: WireObject, member: string): readonly WireObject[] => {
  const found = value[member];
  return Array.isArray(found) ? found.filter(isRecord) : [];
};

/** A step as it begins, and what is told of it then. */
const deltasOf = (step: WireObject): { readonly start: WireObject; readonly deltas: readonly WireObject[] } => {
  const { content: _content, summary: _summary, signature, arguments: given, ...start } = step;
  switch (step["type"]) {
    case "model_output":
      return { start, deltas: recordsAt(step, "content") };
    case "thought":
      return {
        start,
        deltas: [
          ...recordsAt(step, "summary").map((content) => ({ content, type: "thought_summary" })),
          ...(signature === undefined ? [] : [{ signature, type: "thought_signature" }]),
        ],
      };
    case "function_call":
      return {
        start: { ...start, ...(signature === undefined ? {} : { signature }), arguments: {} },
        deltas: [{ arguments: JSON.stringify(given ?? {}), type: "arguments_delta" }],
      };
    default:
      return { start: step, deltas: [] };
  }
};

const eventsOf = (interaction: WireObject): readonly AnswerEvent[] => {
  const { usage: _usage, ...head } = interaction;
  const opening = interactionsWire.opening({ ...head, status: "in_progress" });
  const told = recordsAt(interaction, "steps").flatMap((step, index): AnswerEvent[] => {
    const { start, deltas } = deltasOf(step);
    return [
      { type: "step.start", members: { index, step: start } },
      ...deltas.map((delta) => ({ type: "step.delta", members: { index, delta } })),
      { type: "step.stop", members: { index } },
    ];
  });
  const ending = interactionsWire.ending(interaction["status"] === "failed" ? "failed" : "completed", interaction);
  return [...opening, ...told, ...(ending === undefined ? [] : [ending])];
};

/** An interaction that has ended as the events of a stream, behind one of them; its events themselves were not kept. */
export async function* replayedEvents(interaction: WireObject, after: number): AsyncGenerator<string, void, void> {
  for (const [number, event] of eventsOf(interaction).entries())
    if (number > after) yield interactionsWire.write(event, number);
  yield doneEvent;
}
