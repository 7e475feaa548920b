import type { VendorStreamPart } from "../../contracts/provider.ts";
import type { AnswerOrigin, TextDialect } from "../dialect/dialect.ts";
import { endedEarly } from "../dialect/without-ending.ts";
import { messageHead, messageUsage, stopReasonOf } from "./encode-message.ts";
import type { MessagesRequest } from "./messages-request.ts";

type EncodeMessageEvents = Parameters<TextDialect<MessagesRequest>["encodeStream"]>[0];

const event = (type: string, members: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;

/** Writes the events of one message; one content block is open at a time. */
class MessageEventWriter {
  readonly #origin: () => AnswerOrigin;
  /** Tool calls whose arguments came in fragments. */
  readonly #streamed = new Set<string>();
  readonly #waiting: { readonly id: string; readonly name: string; readonly input: string }[] = [];
  #begun = false;
  #next = 0;
  /** What the open block belongs to. */
  #open: string | undefined;

  constructor(origin: () => AnswerOrigin) {
    this.#origin = origin;
  }

  #start(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const message = {
      ...messageHead(this.#origin()),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: messageUsage(null),
    };
    return event("message_start", { message });
  }

  close(): string {
    if (this.#open === undefined) return "";
    this.#open = undefined;
    const stopped = event("content_block_stop", { index: this.#next - 1 });
    const waiting = this.#waiting.splice(0);
    return stopped + waiting.map(({ id, name, input }) => this.toolCall(id, name, input)).join("");
  }

  #begin(owner: string, contentBlock: object): string {
    if (this.#open === owner) return "";
    const closed = this.#start() + this.close();
    this.#open = owner;
    this.#next += 1;
    return closed + event("content_block_start", { index: this.#next - 1, content_block: contentBlock });
  }

  #delta(delta: object): string {
    return event("content_block_delta", { index: this.#next - 1, delta });
  }

  text(id: string, text: string): string {
    return this.#begin(`text ${id}`, { type: "text", text: "" }) + this.#delta({ type: "text_delta", text });
  }

  thinking(id: string, thinking: string): string {
    const begun = this.#begin(`thinking ${id}`, { type: "thinking", thinking: "", signature: "" });
    return begun + this.#delta({ type: "thinking_delta", thinking });
  }

  /** A call that begins while another is open waits until it can be told whole. */
  toolStart(id: string, name: string): string {
    if (this.#open?.startsWith("tool ")) return "";
    this.#streamed.add(id);
    return this.#begin(`tool ${id}`, { type: "tool_use", id, name, input: {} });
  }

  toolFragment(id: string, fragment: string): string {
    return this.#open === `tool ${id}` ? this.#delta({ type: "input_json_delta", partial_json: fragment }) : "";
  }

  toolEnd(id: string): string {
    return this.#open === `tool ${id}` ? this.close() : "";
  }

  /** The whole call: news only where it did not come in fragments. */
  toolCall(id: string, name: string, input: string): string {
    if (this.#streamed.has(id)) return "";
    if (this.#open?.startsWith("tool ")) {
      this.#waiting.push({ id, name, input });
      return "";
    }
    return this.toolStart(id, name) + this.toolFragment(id, input) + this.close();
  }

  finish(stopReason: string, usage: ReturnType<typeof messageUsage>): string {
    return (
      this.#start() +
      this.close() +
      event("message_delta", { delta: { stop_reason: stopReason, stop_sequence: null }, usage })
    );
  }
}

const encodePart = (part: VendorStreamPart, writer: MessageEventWriter): string => {
  switch (part.type) {
    case "text-delta":
      return writer.text(part.id, part.delta);
    case "reasoning-delta":
      return writer.thinking(part.id, part.delta);
    case "tool-input-start":
      return writer.toolStart(part.id, part.toolName);
    case "tool-input-delta":
      return writer.toolFragment(part.id, part.delta);
    case "tool-call":
      return writer.toolCall(part.toolCallId, part.toolName, part.input);
    case "text-end":
    case "reasoning-end":
      return writer.close();
    case "tool-input-end":
      return writer.toolEnd(part.id);
    default:
      return "";
  }
};

/** Stream parts as Anthropic's events; `message_stop` is the door's to send. */
export async function* encodeMessageEvents({
  streaming,
  origin,
  onWarning,
}: EncodeMessageEvents): AsyncGenerator<Uint8Array, void, void> {
  const writer = new MessageEventWriter(origin);
  for await (const part of streaming.chunks) {
    let events = "";
    if (part.type === "stream-start") {
      for (const { type, setting, details } of part.warnings) onWarning(setting ?? details ?? type);
    } else if (part.type === "finish") {
      const { units, vendorRequestId } = streaming.meter();
      if (part.finishReason === "interrupted" || part.finishReason === "error") throw endedEarly(vendorRequestId);
      events = writer.finish(stopReasonOf(part.finishReason), messageUsage(units));
    } else events = encodePart(part, writer);
    if (events !== "") yield Buffer.from(events);
  }
}
