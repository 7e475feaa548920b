import { interactionKind, type KeptStatus, type WireObject } from "../../domain/responses/index.ts";
import type { NexusError } from "../../errors.ts";
import { publicErrorOf } from "../encode-error.ts";
import type { AnswerStory, KeptWire } from "../kept-answers/index.ts";
import { GatheredSteps } from "./gathered-steps.ts";
import { doneEvent, interactionEvent, interactionIn, endsInteraction } from "./interaction-events.ts";

const isRecord = (value: unknown): value is WireObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How an interaction stands where it is kept: one that waits for the result of a call has ended. */
const keptStatusOf = (status: unknown): KeptStatus =>
  status === "incomplete" || status === "failed" || status === "cancelled" ? status : "completed";

/** An error as an interaction tells it. */
export const toldError = (error: NexusError, requestId: string): WireObject => {
  const { code, message, effect, docs, operationId } = publicErrorOf(error, requestId);
  return { code, message, effect, docs, operation_id: operationId, request_id: requestId };
};

/** What an interaction has that its events leave out. */
const withoutSteps = ({ steps: _steps, role: _role, input: _input, ...rest }: WireObject): WireObject => rest;

const storyOf = (begun: WireObject): AnswerStory => {
  const gathered = new GatheredSteps();
  const soFar = (): WireObject => ({ ...begun, status: "in_progress", steps: gathered.all() });
  return {
    soFar,
    take: (document) => {
      const { event_type: type, event_id: _id, ...members } = document;
      // It was told when the call was taken.
      if (typeof type !== "string" || type === "interaction.created") return undefined;
      if (type === "error") {
        const errors = isRecord(members["error"]) ? [members["error"]] : [];
        return { is: "end", status: "failed", answer: { ...soFar(), status: "failed", errors } };
      }
      const { id, created, previous_interaction_id: previous } = begun;
      if (type === "interaction.status_update")
        return { is: "event", event: { type, members: { ...members, interaction_id: id } } };
      if (type !== "interaction.completed") {
        gathered.see(document);
        return { is: "event", event: { type, members } };
      }
      // A call that was tried a second time is another operation; the interaction stays the one that was told.
      const own = { id, created, ...(previous === undefined ? {} : { previous_interaction_id: previous }) };
      const answer: WireObject = { ...begun, ...interactionIn(document), ...own, steps: gathered.all() };
      return { is: "end", status: keptStatusOf(answer["status"]), answer };
    },
  };
};

/** How Google's interactions are written. */
export const interactionsWire: KeptWire = {
  kind: interactionKind,
  opening: (interaction) => [{ type: "interaction.created", members: { interaction: withoutSteps(interaction) } }],
  story: storyOf,
  whole: () => {
    const gathered = new GatheredSteps();
    return (document) => {
      gathered.see(document);
      const interaction = interactionIn(document);
      return interaction && { ...interaction, role: "model", steps: gathered.all() };
    };
  },
  write: ({ type, members }, number) => interactionEvent(type, { ...members, event_id: String(number) }),
  ending: (status, interaction) => {
    if (status !== "failed")
      return { type: "interaction.completed", members: { interaction: withoutSteps(interaction) } };
    const { errors } = interaction;
    const [error]: readonly unknown[] = Array.isArray(errors) ? errors : [];
    return { type: "error", members: { error } };
  },
  isEnding: (text) => endsInteraction(Buffer.from(text)) || text.startsWith("event: error\n"),
  done: doneEvent,
  keepAlive: ": keep-alive\n\n",
  failedWith: (error, requestId) => ({ errors: [toldError(error, requestId)] }),
};
