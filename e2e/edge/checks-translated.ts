import { expect } from "vitest";
import type { EdgeCheck } from "./checks-leaving.ts";
import { fixturesOf, wireOf, type EdgeDoor, type EdgeKindId } from "./edge-table.ts";
import type { Crossing } from "./edge-world.ts";
import { answerText, wholeOf, withJson } from "./reply-with.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const numberIn = (value: unknown, key: string): number | undefined => {
  if (Array.isArray(value)) return value.map((one) => numberIn(one, key)).find((found) => found !== undefined);
  if (!isObject(value)) return undefined;
  const own = value[key];
  return typeof own === "number" ? own : numberIn(Object.values(value), key);
};

const sentText = ({ sent }: Crossing): string => sent[0]?.text ?? "";

const efforts: Readonly<Record<EdgeDoor, Readonly<Record<string, unknown>>>> = {
  trpc: { reasoning: "high" },
  rest: { reasoning: "high" },
  openai: { reasoning_effort: "high" },
  responses: { reasoning: { effort: "high" } },
  anthropic: { thinking: { type: "enabled", budget_tokens: 2_048 } },
  google: { generationConfig: { maxOutputTokens: 4_096, thinkingConfig: { thinkingBudget: 2_048 } } },
  interactions: { generation_config: { max_output_tokens: 4_096, thinking_level: "high" } },
};

export const checksTranslated = {
  systemLater: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    const messages = [
      { role: "user", content: "Hello." },
      { role: "assistant", content: "Hello!" },
      { role: "system", content: "From now on answer in one word." },
      { role: "user", content: "Left or right?" },
    ];
    const { status, text } = await crossing.ask({ body: { messages } });
    expect({ status, text }).toEqual({ status: 200, text: answerText });
    expect(sentText(crossing)).toContain("From now on answer in one word.");
  },
  emptyBlock: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    const content = [
      { type: "text", text: "" },
      { type: "text", text: "Left or right?" },
    ];
    const { status } = await crossing.ask({ body: { messages: [{ role: "user", content }] } });
    expect(status).toBe(200);
    expect(sentText(crossing)).toContain("Left or right?");
    expect(sentText(crossing)).not.toContain('"text":""');
  },
  reasoning: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    const model = `${crossing.vendor}/${fixturesOf(crossing.vendor).reasoner}`;
    const { status } = await crossing.ask({ model, maxTokens: 4_096, body: efforts[crossing.door] });
    expect(status).toBe(200);
    const [request] = crossing.sent;
    const body = request?.body;
    switch (wireOf(crossing)) {
      case "openai":
        expect(body).toMatchObject({ reasoning_effort: expect.stringMatching(/low|medium|high/) });
        return;
      case "responses":
        expect(body).toMatchObject({ reasoning: { effort: expect.stringMatching(/low|medium|high/) } });
        return;
      case "anthropic": {
        const budget = numberIn(body?.["thinking"], "budget_tokens") ?? 0;
        expect(budget).toBeGreaterThanOrEqual(1_024);
        expect(budget).toBeLessThan(numberIn(body, "max_tokens") ?? 0);
        return;
      }
      case "bedrock":
        expect(body).toMatchObject({
          additionalModelRequestFields: { reasoning_effort: expect.stringMatching(/low|medium|high/) },
        });
        return;
      case "cohere":
        expect(body).toMatchObject({ thinking: { type: "enabled", token_budget: expect.any(Number) } });
        return;
      case "google":
        expect(JSON.stringify(body)).toMatch(/thinkingBudget|thinkingLevel/);
    }
  },
} satisfies Partial<Record<EdgeKindId, EdgeCheck>>;
