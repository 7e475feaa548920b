import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestDoors, type TestDoors } from "../../../test/typed-doors.ts";

let doors: TestDoors;

beforeAll(async () => {
  doors = await openTestDoors();
});
afterAll(() => doors.close());

const ask = async (query: string): Promise<{ readonly status: number; readonly body: unknown }> => {
  doors.callAs();
  const answer = await fetch(`${doors.restUrl}/api/preferences/route?${query}`);
  return { status: answer.status, body: await answer.json() };
};

it("tells where a call would go with preferences as they are, and as they might be", async () => {
  expect(await ask("model=openai/gpt-4o-mini&tools=true")).toMatchObject({
    status: 200,
    body: {
      routes: [{ vendor: "openai", model: "gpt-4o-mini" }],
      refusal: null,
      considered: [{ model: "openai/gpt-4o-mini", because: "requested", credentials: [{ verdict: "used" }] }],
    },
  });
  expect(await ask("model=openai/gpt-4o-mini&modelAllowList=anthropic/*")).toMatchObject({
    status: 200,
    body: { routes: [], refusal: { code: "MODEL_NOT_ALLOWED" } },
  });
});

it.each([
  ["vendorOrder=opnai", "vendorOrder.0"],
  ["operation=ai.generateTxt", "operation"],
  ["modelAllowList=opnai/*", "modelAllowList.0"],
])("refuses %s, naming the field and what looks like it", async (query, field) => {
  const { status, body } = await ask(`model=openai/gpt-4o-mini&${query}`);
  expect(status).toBe(400);
  expect(body).toMatchObject({ error: { code: "INVALID_INPUT", issues: [{ field }] } });
});
