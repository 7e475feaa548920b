import type { FinishReason } from "../../contracts/ai/generate-text.ts";
import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { Citation, Source } from "../../contracts/ai/web-search.ts";
import type { Units } from "../../contracts/units.ts";
import { citedPages } from "../dialect/cited-pages.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { CalledTools, freeTextOf, type CalledTool } from "./called-tools.ts";
import {
  callItem,
  imageItem,
  itemIdsOf,
  messageItem,
  reasoningItem,
  searchItem,
  urlCitations,
  summaryPart,
  outputTextPart,
  type ItemStatus,
  type OutputItem,
} from "./output-items.ts";
import { emptyResponse, endingOf, type ResponseObject } from "./response-object.ts";
import { responseEvent } from "./response-events.ts";
import type { ResponsesRequest } from "./responses-request.ts";
import { usageOfResponse } from "./usage-of-response.ts";

/** An item that is being written. Several may be open at once: each event names its own. */
interface OpenItem {
  readonly index: number;
  readonly id: string;
  text: string;
  metadata: ProviderMetadata | undefined;
  citations?: readonly Citation[] | undefined;
  /** Of a call: the tool, and the caller's id of it. */
  readonly call?: { readonly callId: string; readonly tool: CalledTool };
}

type Kind = "text" | "reasoning" | "call";

/** Writes the events of one response out of the parts of a translated answer. */
export class ResponseEventWriter {
  readonly #request: ResponsesRequest;
  readonly #origin: () => AnswerOrigin;
  readonly #tools: CalledTools;
  readonly #open = new Map<string, { readonly kind: Kind; readonly item: OpenItem }>();
  readonly #output: (OutputItem | undefined)[] = [];
  readonly #sources: Source[] = [];
  /** Calls that were told whole. */
  readonly #called = new Set<string>();
  #response: ResponseObject | undefined;
  #ids: ReturnType<typeof itemIdsOf> | undefined;
  #next = 0;

  constructor(request: ResponsesRequest, origin: () => AnswerOrigin) {
    this.#request = request;
    this.#origin = origin;
    this.#tools = new CalledTools(request, () => undefined);
  }

  #event(type: string, members: object): string {
    this.#next += 1;
    return responseEvent(type, { ...members, sequence_number: this.#next - 1 });
  }

  #begin(): string {
    if (this.#response !== undefined) return "";
    const origin = this.#origin();
    this.#ids = itemIdsOf(origin.operationId);
    this.#response = emptyResponse(this.#request, origin);
    return (
      this.#event("response.created", { response: this.#response }) +
      this.#event("response.in_progress", { response: this.#response })
    );
  }

  /** Takes the next place in the output. */
  #place(prefix: "msg" | "rs" | "fc" | "ctc" | "ig" | "ws"): Pick<OpenItem, "index" | "id"> {
    const index = this.#output.push(undefined) - 1;
    return { index, id: this.#ids?.(prefix, index) ?? `${prefix}_${index}` };
  }

  #added(index: number, item: OutputItem): string {
    return this.#event("response.output_item.added", { output_index: index, item });
  }

  #done(index: number, item: OutputItem): string {
    this.#output[index] = item;
    return this.#event("response.output_item.done", { output_index: index, item });
  }

  /** A search that is over. */
  #search(): string {
    const begun = this.#begin();
    const { index, id } = this.#place("ws");
    const at = { output_index: index, item_id: id };
    return (
      begun +
      this.#added(index, { id, type: "web_search_call", status: "in_progress" }) +
      ["in_progress", "searching", "completed"]
        .map((state) => this.#event(`response.web_search_call.${state}`, at))
        .join("") +
      this.#done(index, searchItem(id, this.#sources))
    );
  }

  /** An item that begins and ends at once. */
  #whole(prefix: "rs" | "ig", make: (id: string) => OutputItem): string {
    const begun = this.#begin();
    const { index, id } = this.#place(prefix);
    const item = make(id);
    return begun + this.#added(index, item) + this.#done(index, item);
  }

  #carrier(metadata: ProviderMetadata | undefined, of: { readonly call?: string; readonly says?: true }): string {
    return metadata === undefined ? "" : this.#whole("rs", (id) => reasoningItem(id, "", metadata, of));
  }

  text(part: string, delta: string, metadata: ProviderMetadata | undefined): string {
    const key = `text ${part}`;
    let events = this.#begin();
    let open = this.#open.get(key)?.item;
    if (open === undefined) {
      if (delta === "") return metadata === undefined ? events : events + this.#carrier(metadata, { says: true });
      open = { ...this.#place("msg"), text: "", metadata: undefined };
      this.#open.set(key, { kind: "text", item: open });
      const at = { item_id: open.id, output_index: open.index, content_index: 0 };
      events += this.#added(open.index, messageItem(open.id, "in_progress", []));
      events += this.#event("response.content_part.added", { ...at, part: outputTextPart("") });
    }
    open.metadata = metadata ?? open.metadata;
    if (delta === "") return events;
    open.text += delta;
    const at = { item_id: open.id, output_index: open.index, content_index: 0 };
    return events + this.#event("response.output_text.delta", { ...at, delta, logprobs: [] });
  }

  reasoning(part: string, delta: string, metadata: ProviderMetadata | undefined): string {
    const key = `reasoning ${part}`;
    let events = this.#begin();
    let open = this.#open.get(key)?.item;
    if (open === undefined) {
      if (delta === "" && metadata === undefined) return events;
      open = { ...this.#place("rs"), text: "", metadata: undefined };
      this.#open.set(key, { kind: "reasoning", item: open });
      events += this.#added(open.index, reasoningItem(open.id, "", undefined));
    }
    if (metadata !== undefined) open.metadata = { ...open.metadata, ...metadata };
    if (delta === "") return events;
    const at = { item_id: open.id, output_index: open.index, summary_index: 0 };
    if (open.text === "")
      events += this.#event("response.reasoning_summary_part.added", { ...at, part: summaryPart("") });
    open.text += delta;
    return events + this.#event("response.reasoning_summary_text.delta", { ...at, delta });
  }

  toolStart(callId: string, toolName: string, metadata: ProviderMetadata | undefined): string {
    const key = `call ${callId}`;
    if (this.#open.has(key) || this.#called.has(callId)) return "";
    const before = this.#begin() + this.#carrier(metadata, { call: callId });
    const tool = this.#tools.calledBy(toolName);
    const open: OpenItem = {
      ...this.#place(tool.kind === "custom" ? "ctc" : "fc"),
      text: "",
      metadata,
      call: { callId, tool },
    };
    this.#open.set(key, { kind: "call", item: open });
    const { index, id } = open;
    return before + this.#added(index, callItem({ id, callId, tool, status: "in_progress", input: "" }));
  }

  toolFragment(callId: string, delta: string): string {
    const open = this.#open.get(`call ${callId}`)?.item;
    if (open?.call === undefined || delta === "") return "";
    open.text += delta;
    // Free text comes wrapped in JSON, and can be told once that is whole.
    if (open.call.tool.kind === "custom") return "";
    const at = { item_id: open.id, output_index: open.index };
    return this.#event("response.function_call_arguments.delta", { ...at, delta });
  }

  /** The whole call: what did not come in fragments is told at once. */
  toolCall(callId: string, toolName: string, input: string, metadata: ProviderMetadata | undefined): string {
    if (this.#called.has(callId)) return "";
    let events = this.toolStart(callId, toolName, metadata);
    const key = `call ${callId}`;
    const open = this.#open.get(key)?.item;
    if (open === undefined) return events;
    if (open.text === "") events += this.toolFragment(callId, input);
    if (metadata !== undefined && open.metadata === undefined) events += this.#carrier(metadata, { call: callId });
    return events + this.#close(key, "completed");
  }

  image(data: string): string {
    return this.#whole("ig", (id) => imageItem(id, data));
  }

  /** A page that was found; all of them are told once the search is over, which no part says. */
  source(source: Source): void {
    this.#sources.push(source);
  }

  /** What the text of a part rests on; told before its end. */
  cites(part: string, citations: readonly Citation[] | undefined): void {
    const open = this.#open.get(`text ${part}`)?.item;
    if (open !== undefined) open.citations = citations;
  }

  /** Ends what belongs to a part, where something was begun for it. */
  end(kind: "text" | "reasoning", part: string): string {
    return this.#close(`${kind} ${part}`, "completed");
  }

  #close(key: string, status: Exclude<ItemStatus, "in_progress">): string {
    const open = this.#open.get(key);
    if (open === undefined) return "";
    this.#open.delete(key);
    const { kind, item } = open;
    if (kind === "text") return this.#closeText(item, status);
    return kind === "reasoning" ? this.#closeReasoning(item) : this.#closeCall(item, status);
  }

  #closeText({ index, id, text, metadata, citations }: OpenItem, status: ItemStatus): string {
    const at = { item_id: id, output_index: index, content_index: 0 };
    const annotations = urlCitations(citedPages(text.length, citations, this.#sources));
    const part = outputTextPart(text, annotations);
    return (
      annotations
        .map((annotation, annotation_index) =>
          this.#event("response.output_text.annotation.added", { ...at, annotation_index, annotation }),
        )
        .join("") +
      this.#event("response.output_text.done", { ...at, text, logprobs: [] }) +
      this.#event("response.content_part.done", { ...at, part }) +
      this.#done(index, messageItem(id, status, [part])) +
      this.#carrier(metadata, { says: true })
    );
  }

  #closeReasoning({ index, id, text, metadata }: OpenItem): string {
    const at = { item_id: id, output_index: index, summary_index: 0 };
    const told =
      text === ""
        ? ""
        : this.#event("response.reasoning_summary_text.done", { ...at, text }) +
          this.#event("response.reasoning_summary_part.done", { ...at, part: summaryPart(text) });
    return told + this.#done(index, reasoningItem(id, text, metadata));
  }

  #closeCall({ index, id, text, call }: OpenItem, status: ItemStatus): string {
    if (call === undefined) return "";
    const { callId, tool } = call;
    this.#called.add(callId);
    const at = { item_id: id, output_index: index };
    const told =
      tool.kind === "custom"
        ? this.#event("response.custom_tool_call_input.delta", { ...at, delta: freeTextOf(text) }) +
          this.#event("response.custom_tool_call_input.done", { ...at, input: freeTextOf(text) })
        : this.#event("response.function_call_arguments.done", { ...at, name: tool.name, arguments: text });
    return told + this.#done(index, callItem({ id, callId, tool, status, input: text }));
  }

  /** Ends what is still open, and the response with it. */
  finish(reason: FinishReason, units: Units | null): string {
    const ending = endingOf(reason);
    let events = this.#begin();
    if (this.#sources.length > 0) events += this.#search();
    for (const key of this.#open.keys()) events += this.#close(key, ending.status);
    const response = {
      ...this.#response,
      ...ending,
      output: this.#output.filter((item) => item !== undefined),
      usage: units === null ? null : usageOfResponse(units),
    };
    return events + this.#event(`response.${ending.status}`, { response });
  }
}
