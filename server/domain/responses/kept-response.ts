import { responseKind, type KeptKind } from "./kept-kind.ts";
import type { WireObject } from "./responses-deps.ts";

/** What is kept of a turn: what came in with it, and the whole answer. */
export interface KeptResponse {
  readonly response: WireObject;
  readonly input: readonly WireObject[];
  /** It goes on without its caller, and its events are kept, too. */
  readonly streamed?: boolean;
}

const isObject = (value: unknown): value is WireObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const objectsOf = (list: unknown): readonly WireObject[] => (Array.isArray(list) ? list.filter(isObject) : []);

/** What was sealed as a `KeptResponse`. */
export const asKeptResponse = ({ response, input, streamed }: WireObject): KeptResponse => ({
  response: isObject(response) ? response : {},
  input: objectsOf(input),
  streamed: streamed === true,
});

/** What an answer says. */
export const keptOutput = (
  { response }: Pick<KeptResponse, "response">,
  { said }: Pick<KeptKind, "said"> = responseKind,
): readonly WireObject[] => objectsOf(response[said]);

const idOf = ({ id }: WireObject): string | undefined => (typeof id === "string" && id !== "" ? id : undefined);

/** Items that say what they are, with ids: those that came without get one that stays. */
export const withIds = (items: readonly WireObject[], rowId: string): readonly WireObject[] =>
  items.map((item, at) => ({
    ...item,
    type: item["type"] ?? "message",
    id: idOf(item) ?? `${prefixOf(item)}_${rowId}_i${at}`,
  }));

const prefixes: Readonly<Record<string, string>> = {
  function_call: "fc",
  function_call_output: "fco",
  custom_tool_call: "ctc",
  custom_tool_call_output: "ctco",
  reasoning: "rs",
};
const prefixOf = ({ type }: WireObject): string =>
  (typeof type === "string" && Object.hasOwn(prefixes, type) ? prefixes[type] : undefined) ?? "msg";

/** The ids by which later requests may refer to items. */
export const keptItemIds = (items: readonly WireObject[]): readonly string[] =>
  items.flatMap((item) => idOf(item) ?? []).slice(0, 2_000);
