import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../../test/listening-gateway.ts";
import { publishedCost } from "../../../test/published-prices.ts";
import type { FaultRule } from "../../../sandbox/script.ts";

let gateway: ListeningGateway;

beforeAll(async () => {
  gateway = await openListeningGateway();
});
afterAll(() => gateway.close());
beforeEach(() => gateway.sandbox.reset());

const doors = {
  openai: { path: "/v1/chat/completions", ending: /^data: \[DONE\]$/gm },
  anthropic: { path: "/v1/messages", ending: /^event: message_stop$/gm },
} as const;
type Door = keyof typeof doors;

const models: Readonly<Record<Door, string>> = {
  openai: "openai/gpt-4o-mini",
  anthropic: "anthropic/claude-sonnet-4-5",
};
const units = { input: 100, output: 20 };

const openAi = [
  { choices: [{ index: 0, delta: { role: "assistant", content: "" } }] },
  { choices: [{ index: 0, delta: { content: "Left." } }] },
  { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
  { choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } },
];
const anthropic = [
  {
    type: "message_start",
    message: {
      id: "m",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-5",
      content: [],
      usage: { input_tokens: 100, output_tokens: 1 },
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Left." } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 20 } },
  { type: "message_stop" },
];
const data = (documents: readonly object[]): string =>
  documents.map((document) => `data: ${JSON.stringify(document)}\n\n`).join("");
const named = (documents: readonly { readonly type: string }[]): string =>
  documents.map((document) => `event:${document.type}\ndata:${JSON.stringify(document)}\n\n`).join("");

const wholes: Readonly<Record<Door, object>> = {
  openai: {
    id: "c",
    object: "chat.completion",
    created: 1,
    model: "gpt-4o-mini",
    choices: [{ index: 0, message: { role: "assistant", content: "Left." }, finish_reason: "stop" }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  },
  anthropic: {
    id: "m",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-5",
    content: [{ type: "text", text: "Left." }],
    stop_reason: "end_turn",
    usage: { input_tokens: 100, output_tokens: 20 },
  },
};

const spellings: Readonly<Record<Door, readonly (readonly [string, string])[]>> = {
  openai: [
    ["plain", `${data(openAi)}data: [DONE]\n\n`],
    ["no blank", `${data(openAi)}data: [DONE]\n\n`.replaceAll("data: ", "data:")],
    ["bare CR", `${data(openAi)}data: [DONE]\n\n`.replaceAll("\n", "\r")],
    ["CRLF and a mark", `\uFEFF${`${data(openAi)}data: [DONE]\n\n`.replaceAll("\n", "\r\n")}`],
    ["two endings", `${data(openAi)}data: [DONE]\n\ndata:  [DONE] \n\n`],
    ["words after the ending", `${data(openAi)}event: done\ndata: [DONE]\n\n: bye\n\ndata: bye\n\n`],
    ["no ending but a reason", data(openAi)],
    ["a whole answer", JSON.stringify(wholes.openai)],
  ],
  anthropic: [
    ["no blank", named(anthropic)],
    ["no names", data(anthropic)],
    ["bare CR", named(anthropic).replaceAll("\n", "\r")],
    ["CRLF and a mark", `\uFEFF${named(anthropic).replaceAll("\n", "\r\n")}`],
    ["data before its event", anthropic.map((one) => `data: ${JSON.stringify(one)}\nevent: ${one.type}\n\n`).join("")],
    ["two endings", named([...anthropic, { type: "message_stop" }])],
    ["a whole answer", JSON.stringify(wholes.anthropic)],
  ],
};

const cases = (["openai", "anthropic"] as const).flatMap((vendor) =>
  spellings[vendor].flatMap(([name, body]) =>
    (["openai", "anthropic"] as const).map((door) => ({ vendor, name, body, door })),
  ),
);

const raw = (vendor: FaultRule["vendor"], body: string): void =>
  gateway.sandbox.script({
    vendor,
    faults: [{ name: "raw", body, headers: { "content-type": "text/event-stream" } }],
  });

const ask = async (door: Door, vendor: Door) => {
  const { credential, organizationId } = gateway.issue();
  const response = await fetch(`${gateway.url}${doors[door].path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${credential}`,
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
    },
    body: JSON.stringify({
      model: models[vendor],
      max_tokens: 40,
      stream: true,
      messages: [{ role: "user", content: "Which way?" }],
    }),
  });
  const text = await response.text();
  return { response, text, row: (await gateway.rows(organizationId))[0] };
};

describe("exactly one ending", () => {
  it.each(cases)("$vendor's $name at the door of $door", async ({ vendor, body, door }) => {
    raw(vendor, body);
    const { response, text, row } = await ask(door, vendor);
    expect([response.status, text.includes("Left.")]).toEqual([200, true]);
    expect(text.replaceAll("\r", "\n").match(doors[door].ending)).toHaveLength(1);
    const cost = publishedCost(vendor === "openai" ? "gpt-4o-mini" : "claude-sonnet-4-5", units);
    expect(row).toMatchObject({ state: "settled", source: "provider", cost });
  });

  it.each([
    ["openai", data([...openAi.slice(0, 2), { choices: [{ index: 0, delta: {}, finish_reason: "" }] }]), "uncertain"],
    // The numbers had been told by then.
    ["anthropic", named(anthropic.slice(0, -1)), "settled"],
  ] as const)("%s: a cut stream is not ended as whole", async (vendor, body, state) => {
    raw(vendor, body);
    const { text, row } = await ask(vendor, vendor);
    expect(text).toContain("Left.");
    expect(text).toContain("error");
    expect(text.match(doors[vendor].ending)).toBeNull();
    expect(row).toMatchObject({ state, errorCode: "PROVIDER_BAD_RESPONSE" });
  });
});
