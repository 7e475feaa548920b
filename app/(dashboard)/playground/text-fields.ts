import type { NexusInputs } from "@topolo/nexus-client";

type TextInput = NexusInputs["ai"]["generateText"];

/** A number that a request can have, within the bounds of its schema. */
export interface NumberField {
  readonly name: string;
  readonly label: string;
  readonly min?: number;
  readonly max?: number;
  readonly whole: boolean;
}

/** The numbers of `ai.generateText`; a test compares the bounds with the schema's. */
export const numberFields = [
  { name: "maxOutputTokens", label: "Most output tokens", min: 1, max: 1_000_000, whole: true },
  { name: "temperature", label: "Temperature", min: 0, max: 2, whole: false },
  { name: "topP", label: "Top P", min: 0, max: 1, whole: false },
  { name: "topK", label: "Top K", min: 1, max: 10_000, whole: true },
  { name: "presencePenalty", label: "Presence penalty", min: -2, max: 2, whole: false },
  { name: "frequencyPenalty", label: "Frequency penalty", min: -2, max: 2, whole: false },
  { name: "seed", label: "Seed", whole: true },
  { name: "reasoningBudget", label: "Most reasoning tokens", min: 1, max: 1_000_000, whole: true },
] as const satisfies readonly (NumberField & { readonly name: keyof TextInput })[];

/** How much a model shall think. */
export const reasoningEfforts = [
  "provider-default",
  "none",
  "minimal",
  "low",
  "medium",
  "high",
  "xhigh",
  "max",
] as const;

type NumberName = (typeof numberFields)[number]["name"];

export type Numbers = Readonly<Partial<Record<NumberName, string>>>;

/** What a person wrote of a request. */
export interface TextDraft {
  readonly instructions: string;
  readonly prompt: string;
  readonly numbers: Numbers;
  readonly effort: string;
  /** It may search the web. */
  readonly search: boolean;
  /** As JSON: a list of functions. */
  readonly tools: string;
  /** What was said before, in turn. */
  readonly turns: readonly Turn[];
}

export interface Turn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** What is wrong with a draft, by field. */
export type Complaints = Readonly<Record<string, string>>;

const wordsOf = ({ min, max, whole }: NumberField): string => {
  const kind = whole ? "a whole number" : "a number";
  return min === undefined || max === undefined ? kind : `${kind} from ${min} to ${max}`;
};

/** The number that was written; undefined where nothing was, null where it is none that is allowed. */
const numberOf = (field: NumberField, text: string): number | null | undefined => {
  if (text.trim() === "") return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || (field.whole && !Number.isSafeInteger(value))) return null;
  return value < (field.min ?? value) || value > (field.max ?? value) ? null : value;
};

const parsedTools = (json: string): TextInput["tools"] | null => {
  try {
    const value: unknown = JSON.parse(json);
    // The gateway judges what is in the list.
    return Array.isArray(value) ? (value as TextInput["tools"]) : null;
  } catch {
    return null;
  }
};

const isEffort = (text: string): text is (typeof reasoningEfforts)[number] =>
  reasoningEfforts.some((effort) => effort === text);

/** The request of a draft, or what is wrong with it. */
export const textInputOf = (
  model: string,
  { instructions, prompt, numbers, effort, search, tools, turns }: TextDraft,
): { readonly input: TextInput; readonly complaints: Complaints } => {
  const complaints: Record<string, string> = {};
  const given: Partial<Record<NumberName, number>> = {};
  for (const field of numberFields) {
    const value = numberOf(field, numbers[field.name] ?? "");
    if (value === null) complaints[field.name] = wordsOf(field);
    else if (value !== undefined) given[field.name] = value;
  }
  const offered = tools.trim() === "" ? undefined : parsedTools(tools);
  if (offered === null) complaints.tools = "a list in JSON, each with name and inputSchema";
  if (prompt.trim() === "") complaints.prompt = "something to ask";
  const asked = turns.length === 0 ? { prompt } : { messages: [...turns, { role: "user" as const, content: prompt }] };
  return {
    input: {
      model,
      ...(instructions.trim() !== "" && { instructions }),
      ...asked,
      ...given,
      ...(isEffort(effort) && { reasoning: effort }),
      ...(search && { webSearch: { maxUses: 1 } }),
      ...(offered && offered.length > 0 && { tools: offered }),
    },
    complaints,
  };
};
