import type { FinishReason } from "../../contracts/ai/generate-text.ts";
import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { Citation, Source } from "../../contracts/ai/web-search.ts";
import type { Units } from "../../contracts/units.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { carryThought } from "./carried-thought.ts";
import { interactionEvent } from "./interaction-events.ts";
import { interactionStatusOf, interactionBody, interactionHead, usageOfInteraction } from "./interaction-object.ts";
import type { InteractionRequest } from "./interaction-request.ts";
import { urlCitationsIn, mediumBlock, textBlock } from "./interaction-steps.ts";

/** A step that is being written. Several may be open at once: each event names its own. */
interface OpenStep {
  /** Undefined until something of it is shown. */
  index: number | undefined;
  text: string;
  metadata: ProviderMetadata | undefined;
}

/** Writes the events of one interaction out of the parts of a translated answer. */
export class InteractionEventWriter {
  readonly #request: InteractionRequest;
  readonly #origin: () => AnswerOrigin;
  readonly #showsThoughts: boolean;
  readonly #texts = new Map<string, OpenStep>();
  readonly #thoughts = new Map<string, OpenStep>();
  readonly #calls = new Map<string, OpenStep>();
  /** Calls that were told whole. */
  readonly #called = new Set<string>();
  readonly #sources: Source[] = [];
  #begun: AnswerOrigin | undefined;
  #next = 0;

  constructor(request: InteractionRequest, origin: () => AnswerOrigin) {
    this.#request = request;
    this.#origin = origin;
    this.#showsThoughts = request.generation_config?.thinking_summaries === "auto";
  }

  #begin(): string {
    if (this.#begun !== undefined) return "";
    this.#begun = this.#origin();
    const interaction = interactionHead(this.#request, this.#begun, "in_progress");
    const { id } = interaction;
    return (
      interactionEvent("interaction.created", { interaction }) +
      interactionEvent("interaction.status_update", {
        ...(id === undefined ? {} : { interaction_id: id }),
        status: "in_progress",
      })
    );
  }

  #start(step: object): { readonly index: number; readonly events: string } {
    const index = this.#next;
    this.#next += 1;
    return { index, events: this.#begin() + interactionEvent("step.start", { index, step }) };
  }

  #delta(index: number, delta: object): string {
    return interactionEvent("step.delta", { index, delta });
  }

  #stop(index: number): string {
    return interactionEvent("step.stop", { index });
  }

  /** A thought that only carries a signature. */
  #carrier(signature: string | undefined): string {
    if (signature === undefined) return "";
    const { index, events } = this.#start({ type: "thought" });
    return events + this.#delta(index, { signature, type: "thought_signature" }) + this.#stop(index);
  }

  #opened(open: Map<string, OpenStep>, id: string, metadata: ProviderMetadata | undefined): OpenStep {
    const step = open.get(id) ?? { index: undefined, text: "", metadata: undefined };
    open.set(id, step);
    if (metadata !== undefined) step.metadata = { ...step.metadata, ...metadata };
    return step;
  }

  /** A page that was found; what of the answer rests on it is told with its texts. */
  rests(source: Source): void {
    this.#sources.push(source);
  }

  text(id: string, delta: string, metadata: ProviderMetadata | undefined): string {
    const step = this.#opened(this.#texts, id, metadata);
    if (delta === "") return "";
    step.text += delta;
    let events = "";
    if (step.index === undefined) ({ index: step.index, events } = this.#start({ type: "model_output" }));
    return events + this.#delta(step.index, { text: delta, type: "text" });
  }

  thought(id: string, delta: string, metadata: ProviderMetadata | undefined): string {
    const step = this.#opened(this.#thoughts, id, metadata);
    step.text += delta;
    if (delta === "" || !this.#showsThoughts) return "";
    let events = "";
    if (step.index === undefined) ({ index: step.index, events } = this.#start({ type: "thought" }));
    return events + this.#delta(step.index, { content: textBlock(delta), type: "thought_summary" });
  }

  callStart(id: string, name: string, metadata: ProviderMetadata | undefined): string {
    if (this.#called.has(id) || this.#calls.has(id)) return "";
    const before = this.#carrier(carryThought(metadata, { of: "call", id }));
    const step = this.#opened(this.#calls, id, metadata);
    const { index, events } = this.#start({ id, type: "function_call", name, arguments: {} });
    step.index = index;
    return before + events;
  }

  callFragment(id: string, delta: string): string {
    const step = this.#calls.get(id);
    if (step?.index === undefined || delta === "") return "";
    step.text += delta;
    return this.#delta(step.index, { arguments: delta, type: "arguments_delta" });
  }

  /** The whole call: what did not come in fragments is told at once. */
  call(id: string, name: string, input: string, metadata: ProviderMetadata | undefined): string {
    if (this.#called.has(id)) return "";
    let events = this.callStart(id, name, metadata);
    const step = this.#calls.get(id);
    if (step?.index === undefined) return events;
    if (step.text === "") events += this.callFragment(id, input);
    this.#calls.delete(id);
    this.#called.add(id);
    const late = step.metadata === undefined ? carryThought(metadata, { of: "call", id }) : undefined;
    return events + this.#stop(step.index) + this.#carrier(late);
  }

  medium(mediaType: string, data: string): string {
    const { index, events } = this.#start({ type: "model_output" });
    return events + this.#delta(index, mediumBlock(mediaType, data)) + this.#stop(index);
  }

  #cite(index: number, text: string, citations: readonly Citation[] | undefined): string {
    const annotations = urlCitationsIn(text, citations, this.#sources);
    return annotations.length === 0 ? "" : this.#delta(index, { annotations, type: "text_annotation_delta" });
  }

  endText(id: string, citations?: readonly Citation[]): string {
    const step = this.#texts.get(id);
    this.#texts.delete(id);
    if (step === undefined) return "";
    const stopped =
      step.index === undefined ? "" : this.#cite(step.index, step.text, citations) + this.#stop(step.index);
    return stopped + this.#carrier(carryThought(step.metadata, { of: "text" }));
  }

  endThought(id: string): string {
    const step = this.#thoughts.get(id);
    this.#thoughts.delete(id);
    if (step === undefined) return "";
    const signature = carryThought(step.metadata, { of: "thought", text: step.text });
    if (step.index === undefined) return this.#carrier(signature);
    const signed = signature === undefined ? "" : this.#delta(step.index, { signature, type: "thought_signature" });
    return signed + this.#stop(step.index);
  }

  /** Ends what is still open, and the interaction with it. */
  finish(reason: FinishReason, units: Units | null): string {
    let events = this.#begin();
    for (const id of this.#thoughts.keys()) events += this.endThought(id);
    for (const id of this.#texts.keys()) events += this.endText(id);
    for (const { index } of this.#calls.values()) if (index !== undefined) events += this.#stop(index);
    const status = interactionStatusOf(reason, this.#called.size > 0);
    const interaction = {
      ...interactionBody(this.#request, this.#begun ?? this.#origin(), status),
      usage: usageOfInteraction(units),
    };
    return events + interactionEvent("interaction.completed", { interaction });
  }
}
