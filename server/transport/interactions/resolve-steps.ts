import {
  interactionKind,
  readHistory,
  type Owner,
  type ResponsesDeps,
  type WireObject,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { invalidField } from "../dialect/translation-limits.ts";
import { InteractionStep, ownSteps, type InteractionRequest } from "./interaction-request.ts";

/** A conversation with what the caller adds to it, nothing of it kept elsewhere. */
export interface ResolvedSteps {
  readonly history: readonly InteractionStep[];
  readonly own: readonly InteractionStep[];
  /** Of all that the request did not bring itself. */
  readonly addedBytes: number;
}

/** What was kept had the shape of a step when it came. */
const asStep = (kept: WireObject): InteractionStep => {
  const step = InteractionStep.safeParse(kept);
  if (!step.success) throw new NexusError("INTERNAL", { cause: new Error("a kept step is none") });
  return step.data;
};

/** Gathers the conversation that a request goes on with. Reads the database only where it refers to something kept. */
export const resolveSteps = async (
  deps: ResponsesDeps,
  owner: Owner,
  request: InteractionRequest,
): Promise<ResolvedSteps> => {
  const { previous_interaction_id: previous } = request;
  const kept = typeof previous === "string" ? await readHistory(deps, owner, interactionKind, previous) : [];
  const history = kept.map(asStep);
  const own = ownSteps(request);
  if (history.length + own.length === 0)
    throw invalidField("input", "a text, a content, or a list of contents or of steps");
  return { history, own, addedBytes: history.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(history)) };
};
