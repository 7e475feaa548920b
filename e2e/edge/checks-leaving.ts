import { expect } from "vitest";
import { isCatalogued, wireOf, type EdgeKindId } from "./edge-table.ts";
import { modelOf, type Crossing } from "./edge-world.ts";
import { wholeOf, withJson } from "./reply-with.ts";

/** What is shown of a kind at one crossing. */
export type EdgeCheck = (crossing: Crossing) => Promise<void>;

const hostileTails = [
  "\\..\\gemini-2.5-pro",
  "/../gemini-2.5-pro",
  "?x",
  ":batchGenerateContent",
  "#",
  "/%2e%2e/x",
  "..",
];

const nothingLeft = async ({ sent, rows }: Crossing): Promise<void> => {
  expect(sent).toHaveLength(0);
  expect(await rows()).toHaveLength(0);
};

/** The field of a caller's own body through which it would buy something else, by door. */
const purchasing = {
  trpc: { providerOptions: { any: { serviceTier: "priority" } } },
  rest: { providerOptions: { any: { serviceTier: "priority" } } },
  openai: { provider: { order: ["dearest"] } },
  responses: { prompt: { id: "pmpt_of_another" } },
  anthropic: { container: "container_of_another" },
  google: { cachedContent: "cachedContents/of-another" },
  interactions: { cached_content: "cachedContents/of-another" },
} as const;

export const checksLeaving = {
  hostileName: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    for (const tail of hostileTails) {
      // A server of one's own may well have a model with a colon in its name.
      if (tail.startsWith(":") && !isCatalogued(crossing.vendor)) continue;
      const model = `${crossing.vendor}/${modelOf(crossing)}${tail}`;
      const { status, error } = await crossing.ask({ model });
      expect({ model, status, fields: error?.fields }).toEqual({ model, status: 400, fields: ["model"] });
    }
    await nothingLeft(crossing);
  },
  strangerName: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    for (const tail of ["-of-another-kind", "-unheard-of", "x"]) {
      const { status, error } = await crossing.ask({ model: `${crossing.vendor}/${modelOf(crossing)}${tail}` });
      expect({ tail, status, code: error?.code }).toEqual({ tail, status: 404, code: "MODEL_UNKNOWN" });
    }
    await nothingLeft(crossing);
  },
  purchasingField: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    const { status, error } = await crossing.ask({ body: purchasing[crossing.door] });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    const [field = ""] = Object.keys(purchasing[crossing.door]);
    expect(`${error?.message} ${error?.fields.join(" ")}`).toContain(field);
    expect(crossing.sent).toHaveLength(0);
    for (const row of await crossing.rows()) expect(row).toMatchObject({ state: "released", booked: 0n });
  },
  pathOfTheOperation: async (crossing) => {
    crossing.answer(withJson(wholeOf(crossing)));
    expect((await crossing.ask()).status).toBe(200);
    const [request] = crossing.sent;
    const model = modelOf(crossing);
    const path = {
      openai: "/chat/completions",
      anthropic: "/messages",
      google: `${crossing.vendor === "vertex" ? "/projects/nexus-sandbox/locations/global/publishers/google" : ""}/models/${model}:generateContent`,
      bedrock: `/model/${encodeURIComponent(model)}/converse`,
      cohere: "/v2/chat",
      responses: "/responses",
    }[wireOf(crossing)];
    expect(request?.path).toBe(`/base/${crossing.vendor}${path}`);
    if (["openai", "anthropic", "cohere", "responses"].includes(wireOf(crossing)))
      expect(request?.body["model"]).toBe(model);
  },
} satisfies Partial<Record<EdgeKindId, EdgeCheck>>;
