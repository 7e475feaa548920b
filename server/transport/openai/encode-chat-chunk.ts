import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { Citation, Source } from "../../contracts/ai/web-search.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import { citedPages } from "../dialect/cited-pages.ts";
import type { AnswerOrigin, TextDialect } from "../dialect/dialect.ts";
import { SignedParts } from "../dialect/signed-parts.ts";
import { told } from "../dialect/told.ts";
import { endedEarly } from "../dialect/without-ending.ts";
import type { ChatRequest } from "./chat-request.ts";
import { chatHead, generatedFile, urlAnnotations } from "./encode-chat-completion.ts";
import { chatUsage } from "./encode-usage.ts";
import { chatFinishReason, type ChatFinishReason } from "./finish-reason.ts";
import { reasoningDetails, signedExtra } from "./reasoning-details.ts";

type EncodeChatChunks = Parameters<TextDialect<ChatRequest>["encodeStream"]>[0];

/** A streamed tool call: its index, and whether its arguments came in fragments. */
interface ToolProgress {
  readonly index: number;
  fragments: boolean;
}

/** Writes the chunks of one answer. */
class ChatChunkWriter {
  readonly #origin: () => AnswerOrigin;
  readonly #usage: string;
  readonly #tools = new Map<string, ToolProgress>();
  readonly #sources: Source[] = [];
  readonly #cited: Citation[] = [];
  #written = 0;
  /** Where the text began that is being written. */
  #begun = 0;
  readonly signed = new SignedParts();
  #head: string | undefined;

  constructor(origin: () => AnswerOrigin, includeUsage: boolean) {
    this.#origin = origin;
    this.#usage = includeUsage ? `,"usage":null` : "";
  }

  /** Begins every chunk; the first one of all is preceded by the role. */
  #opening(): { readonly head: string; readonly first: string } {
    if (this.#head !== undefined) return { head: this.#head, first: "" };
    const head = `data: ${JSON.stringify(chatHead(this.#origin(), "chat.completion.chunk")).slice(0, -1)},"choices":[`;
    this.#head = head;
    return {
      head,
      first: `${head}{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}]${this.#usage}}\n\n`,
    };
  }

  delta(delta: unknown, finishReason: ChatFinishReason | null = null): string {
    const { head, first } = this.#opening();
    return `${first}${head}{"index":0,"delta":${JSON.stringify(delta)},"finish_reason":${JSON.stringify(finishReason)}}]${this.#usage}}\n\n`;
  }

  text(content: string): string {
    this.#written += content.length;
    return content === "" ? "" : this.delta({ content });
  }

  usage(usage: ReturnType<typeof chatUsage>): string {
    const { head, first } = this.#opening();
    return `${first}${head}],"usage":${JSON.stringify(usage)}}\n\n`;
  }

  toolStart(id: string, name: string, metadata: ProviderMetadata | undefined): string {
    const index = this.#tools.size;
    this.#tools.set(id, { index, fragments: false });
    return this.delta({
      tool_calls: [{ index, id, type: "function", function: { name, arguments: "" }, ...signedExtra(metadata) }],
    });
  }

  toolFragment(id: string, fragment: string): string {
    const tool = this.#tools.get(id);
    if (!tool || fragment === "") return "";
    tool.fragments = true;
    return this.delta({ tool_calls: [{ index: tool.index, function: { arguments: fragment } }] });
  }

  /** The whole call: needed only where it did not come in fragments. */
  toolCall(id: string, name: string, input: string, metadata: ProviderMetadata | undefined): string {
    const start = this.#tools.has(id) ? "" : this.toolStart(id, name, metadata);
    return this.#tools.get(id)?.fragments ? "" : start + this.toolFragment(id, input);
  }

  source(source: Source): void {
    this.#sources.push(source);
  }

  /** What the text that ends rests on, by its place among all that was written. */
  cites(citations: readonly Citation[] = []): void {
    const length = this.#written - this.#begun;
    for (const { startIndex = 0, endIndex = length, ...page } of citations)
      this.#cited.push({ ...page, startIndex: this.#begun + startIndex, endIndex: this.#begun + endIndex });
    this.#begun = this.#written;
  }

  annotations(): string {
    const cited = this.#cited.length === 0 ? undefined : this.#cited;
    const annotations = urlAnnotations(citedPages(this.#written, cited, this.#sources));
    return annotations.length === 0 ? "" : this.delta({ annotations });
  }

  /** In one piece: some clients keep only the last of what they do not know, others join what has one index. */
  details(): string {
    const details = reasoningDetails(this.signed.all());
    return details.length === 0 ? "" : this.delta({ reasoning_details: details });
  }
}

const encodePart = (part: VendorStreamPart, writer: ChatChunkWriter): string => {
  writer.signed.see(part);
  switch (part.type) {
    case "text-delta":
      return writer.text(part.delta);
    case "reasoning-delta":
      return part.delta === "" ? "" : writer.delta({ reasoning_content: part.delta });
    case "tool-input-start":
      return writer.toolStart(part.id, part.toolName, part.providerMetadata);
    case "tool-input-delta":
      return writer.toolFragment(part.id, part.delta);
    case "tool-call":
      return writer.toolCall(part.toolCallId, part.toolName, part.input, part.providerMetadata);
    case "text-end":
      writer.cites(part.citations);
      return "";
    case "source":
      writer.source(part);
      return "";
    case "file":
      return writer.delta({ images: [generatedFile(part)] });
    case "finish":
      return writer.annotations() + writer.details() + writer.delta({}, chatFinishReason(part.finishReason));
    default:
      return "";
  }
};

/** Stream parts as `chat.completion.chunk` events, the role before the first content; `[DONE]` is the door's to send. */
export async function* encodeChatChunks(options: EncodeChatChunks): AsyncGenerator<Uint8Array, void, void> {
  const { streaming, includeUsage, onWarning } = options;
  const writer = new ChatChunkWriter(options.origin, includeUsage);
  for await (const part of streaming.chunks) {
    if (part.type === "stream-start") {
      for (const warning of part.warnings) onWarning(told(warning));
      continue;
    }
    if (part.type === "finish" && (part.finishReason === "interrupted" || part.finishReason === "error")) {
      throw endedEarly(streaming.meter().vendorRequestId);
    }
    let events = encodePart(part, writer);
    if (part.type === "finish" && includeUsage) {
      const { units } = streaming.meter();
      if (units !== null) events += writer.usage(chatUsage(units));
    }
    if (events !== "") yield Buffer.from(events);
  }
}
