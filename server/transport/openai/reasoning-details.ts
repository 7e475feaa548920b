import type { ContentPart } from "../../contracts/ai/generate-text.ts";
import type { Message } from "../../contracts/ai/message.ts";
import type { ProviderMetadata } from "../../contracts/ai/parts.ts";

type ReasoningPart = Extract<
  Exclude<Extract<Message, { role: "assistant" }>["content"], string>[number],
  { type: "reasoning" }
>;

/** Whose signature a detail holds, by the names that OpenRouter gave. */
const formats = { anthropic: "anthropic-claude-v1", google: "google-gemini-v1" } as const;

/** Thinking as OpenRouter's `reasoning_details` carry it; a client that keeps its messages whole sends it back unknowingly. */
export interface ReasoningDetail {
  readonly type: "reasoning.text" | "reasoning.encrypted";
  readonly text?: string;
  readonly signature?: string;
  readonly data?: string;
  /** The tool call that an encrypted detail belongs to. */
  readonly id: string | null;
  readonly format: (typeof formats)[keyof typeof formats];
  readonly index: number;
}

type Unplaced = Omit<ReasoningDetail, "index">;

const detailOf = (part: ContentPart): Unplaced | undefined => {
  if (part.type === "file" || part.type === "source") return undefined;
  const { anthropic, google } = part.providerMetadata ?? {};
  const { redactedData, signature } = anthropic ?? {};
  const thought = google?.["thoughtSignature"];
  if (part.type === "reasoning") {
    const text = { type: "reasoning.text", text: part.text, id: null } as const;
    if (redactedData !== undefined)
      return { type: "reasoning.encrypted", data: redactedData, id: null, format: formats.anthropic };
    if (signature !== undefined) return { ...text, signature, format: formats.anthropic };
    return thought === undefined ? undefined : { ...text, signature: thought, format: formats.google };
  }
  if (thought === undefined) return undefined;
  const id = part.type === "tool-call" ? part.toolCallId : null;
  return { type: "reasoning.encrypted", data: thought, id, format: formats.google };
};

/** The signed thinking of an answer; unsigned thinking is only in `reasoning_content`. */
export const reasoningDetails = (content: readonly ContentPart[]): readonly ReasoningDetail[] =>
  content.flatMap((part) => detailOf(part) ?? []).map((detail, index) => ({ ...detail, index }));

/** A tool call's signature where Google's own compatible endpoint puts it. */
export const signedExtra = (
  metadata: ProviderMetadata | undefined,
): { readonly extra_content?: { readonly google: { readonly thought_signature: string } } } => {
  const signature = metadata?.["google"]?.["thoughtSignature"];
  return signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } };
};

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;

const stringOf = (value: unknown, key: string): string | undefined => {
  const found = memberOf(value, key);
  return typeof found === "string" && found !== "" ? found : undefined;
};

/** The other direction of `signedExtra`. */
export const signatureInExtra = (call: object): string | undefined =>
  stringOf(memberOf(memberOf(call, "extra_content"), "google"), "thought_signature");

interface Told {
  readonly type: string | undefined;
  readonly format: string | undefined;
  readonly id: string | undefined;
  readonly index: unknown;
  readonly text: string;
  readonly signature: string | undefined;
  readonly data: string | undefined;
}

/** Details as a client kept them; one that put streamed fragments side by side gets them joined. */
const toldIn = (details: readonly unknown[]): readonly Told[] => {
  const told: Told[] = [];
  for (const detail of details) {
    const one: Told = {
      type: stringOf(detail, "type"),
      format: stringOf(detail, "format"),
      id: stringOf(detail, "id"),
      index: memberOf(detail, "index"),
      text: stringOf(detail, "text") ?? "",
      signature: stringOf(detail, "signature"),
      data: stringOf(detail, "data"),
    };
    const last = told.at(-1);
    const goesOn =
      one.type === "reasoning.text" &&
      last?.type === one.type &&
      last.signature === undefined &&
      typeof one.index === "number" &&
      last.index === one.index;
    if (goesOn) told[told.length - 1] = { ...last, text: last.text + one.text, signature: one.signature };
    else told.push(one);
  }
  return told;
};

/** What an assistant message brings back of its thinking. */
export interface BroughtBack {
  readonly reasoning: readonly ReasoningPart[];
  /** Signatures of tool calls, by their ids. */
  readonly calls: ReadonlyMap<string, string>;
  /** The signature of the text. */
  readonly text: string | undefined;
  /** Details in a form that is not known here. */
  readonly lost: boolean;
}

/** Reads `reasoning_details` back; their format says which vendor's they are. */
export const readReasoningDetails = (details: unknown): BroughtBack => {
  const reasoning: ReasoningPart[] = [];
  const calls = new Map<string, string>();
  let text: string | undefined;
  let lost = false;
  for (const one of toldIn(Array.isArray(details) ? details : [])) {
    const { signature, data, id } = one;
    if (one.type === "reasoning.text" && signature !== undefined && one.format === formats.anthropic) {
      reasoning.push({ type: "reasoning", text: one.text, providerOptions: { anthropic: { signature } } });
    } else if (one.type === "reasoning.text" && signature !== undefined && one.format === formats.google) {
      const google = { thoughtSignature: signature };
      reasoning.push({ type: "reasoning", text: one.text, providerOptions: { google } });
    } else if (one.type === "reasoning.encrypted" && data !== undefined && one.format === formats.anthropic) {
      reasoning.push({ type: "reasoning", text: "", providerOptions: { anthropic: { redactedData: data } } });
    } else if (one.type === "reasoning.encrypted" && data !== undefined && one.format === formats.google) {
      if (id === undefined) text = data;
      else calls.set(id, data);
    } else lost = true;
  }
  return { reasoning, calls, text, lost };
};
