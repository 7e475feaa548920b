import type { WireObject } from "../../domain/responses/index.ts";

const isRecord = (value: unknown): value is WireObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listAt = (value: WireObject, member: string): readonly WireObject[] => {
  const found = value[member];
  return Array.isArray(found) ? found.filter(isRecord) : [];
};

const textAt = (value: WireObject | undefined, member: string): string => {
  const found = value?.[member];
  return typeof found === "string" ? found : "";
};

/** A list with a text behind it, or in its last member where that is one, too. */
const said = (list: readonly WireObject[], block: WireObject): readonly WireObject[] => {
  const last = list.at(-1);
  if (block["type"] !== "text" || last?.["type"] !== "text") return [...list, block];
  return [...list.slice(0, -1), { ...last, text: textAt(last, "text") + textAt(block, "text") }];
};

const parsed = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : { _raw: text };
  } catch {
    return { _raw: text };
  }
};

/** The steps of an answer, put together from the events of its stream. */
export class GatheredSteps {
  readonly #steps = new Map<number, WireObject>();
  /** Arguments of calls, as far as they are told. */
  readonly #written = new Map<number, string>();

  see(document: WireObject): void {
    const { event_type: type, index, step, delta } = document;
    if (typeof index !== "number") return;
    if (type === "step.start" && isRecord(step)) this.#steps.set(index, step);
    else if (type === "step.delta" && isRecord(delta)) this.#add(index, delta);
    else if (type === "step.stop") this.#close(index);
  }

  #add(index: number, delta: WireObject): void {
    const step = this.#steps.get(index);
    if (step === undefined) return;
    switch (delta["type"]) {
      case "arguments_delta":
        this.#written.set(index, (this.#written.get(index) ?? "") + textAt(delta, "arguments"));
        return;
      case "thought_signature":
        this.#steps.set(index, { ...step, signature: textAt(delta, "signature") });
        return;
      case "thought_summary": {
        const { content } = delta;
        if (isRecord(content)) this.#steps.set(index, { ...step, summary: said(listAt(step, "summary"), content) });
        return;
      }
      case "text_annotation_delta": {
        const list = listAt(step, "content");
        const last = list.at(-1);
        if (last === undefined) return;
        const annotations = [...listAt(last, "annotations"), ...listAt(delta, "annotations")];
        this.#steps.set(index, { ...step, content: [...list.slice(0, -1), { ...last, annotations }] });
        return;
      }
      case "text":
      case "image":
      case "audio":
      case "video":
      case "document":
        this.#steps.set(index, { ...step, content: said(listAt(step, "content"), delta) });
        return;
      default:
        this.#steps.set(index, { ...step, ...delta, type: step["type"] });
    }
  }

  #close(index: number): void {
    const step = this.#steps.get(index);
    const written = this.#written.get(index);
    if (step === undefined || written === undefined) return;
    this.#written.delete(index);
    if (written !== "") this.#steps.set(index, { ...step, arguments: parsed(written) });
  }

  /** In their order, those that are still open as far as they have come. */
  all(): readonly WireObject[] {
    for (const index of this.#written.keys()) this.#close(index);
    return [...this.#steps].sort(([one], [other]) => one - other).map(([, step]) => step);
  }
}
