import { arrayAt, isRecord, stringAt, type JsonRecord } from "../../_wire/json.ts";

type Event = JsonRecord & { readonly type: string };

const eventsOfPart = (part: JsonRecord, at: JsonRecord, index: number): Event[] => {
  const place = { ...at, content_index: index };
  const refused = part.type === "refusal";
  const [member, name] = refused
    ? (["refusal", "response.refusal"] as const)
    : (["text", "response.output_text"] as const);
  const said = stringAt(part, member) ?? "";
  const logprobs = refused ? {} : { logprobs: [] };
  return [
    { type: "response.content_part.added", ...place, part: { ...part, [member]: "" } },
    ...(said === "" ? [] : [{ type: `${name}.delta`, ...place, delta: said, ...logprobs }]),
    { type: `${name}.done`, ...place, [member]: said, ...logprobs },
    { type: "response.content_part.done", ...place, part },
  ];
};

const deltasOf = (item: JsonRecord, at: JsonRecord): Event[] => {
  switch (item.type) {
    case "message":
      return arrayAt(item, "content")
        .filter(isRecord)
        .flatMap((part, index) => eventsOfPart(part, at, index));
    case "function_call":
      return [
        { type: "response.function_call_arguments.delta", ...at, delta: stringAt(item, "arguments") ?? "" },
        { type: "response.function_call_arguments.done", ...at, arguments: stringAt(item, "arguments") ?? "" },
      ];
    case "custom_tool_call":
      return [
        { type: "response.custom_tool_call_input.delta", ...at, delta: stringAt(item, "input") ?? "" },
        { type: "response.custom_tool_call_input.done", ...at, input: stringAt(item, "input") ?? "" },
      ];
    default:
      return [];
  }
};

/** An item as it is before anything of it was said. */
const begun = (item: JsonRecord): JsonRecord => {
  if (item.type === "message") return { ...item, status: "in_progress", content: [] };
  if (item.type === "function_call") return { ...item, status: "in_progress", arguments: "" };
  return item.type === "custom_tool_call" ? { ...item, status: "in_progress", input: "" } : item;
};

const eventsOfItem = (item: JsonRecord, output_index: number): Event[] => [
  { type: "response.output_item.added", output_index, item: begun(item) },
  ...deltasOf(item, { item_id: item.id, output_index }),
  { type: "response.output_item.done", output_index, item },
];

/** A whole response as the events of its stream. */
export const eventsOfResponse = (response: JsonRecord): readonly JsonRecord[] => {
  if (response.object !== "response") return [response];
  const started = { ...response, status: "in_progress", incomplete_details: null, output: [], usage: null };
  const ended = response.status === "incomplete" ? "response.incomplete" : "response.completed";
  const events: Event[] = [
    { type: "response.created", response: started },
    { type: "response.in_progress", response: started },
    ...arrayAt(response, "output").filter(isRecord).flatMap(eventsOfItem),
    { type: ended, response },
  ];
  return events.map((event, sequence_number) => ({ ...event, sequence_number }));
};
