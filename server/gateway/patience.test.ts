import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import type { Ledger } from "../platform/ledger/index.ts";
import { generateTextRequest } from "../families/ai/index.ts";
import { call } from "./call.ts";

let world: TestGateway;

beforeAll(async () => {
  world = await openTestGateway();
});
afterAll(() => world.close());

test("a ledger that goes away after the vendor answered does not keep the caller: done, and the row is settled later", async () => {
  const back = Promise.withResolvers<void>();
  const settle: Ledger["settle"] = async (hold) => {
    await back.promise;
    return world.gateway.ledger.settle(hold);
  };
  const gateway = { ...world.gateway, settlePatienceMs: 100, ledger: { ...world.gateway.ledger, settle } };
  const failed = await call(
    gateway,
    generateTextRequest({ model: "openai/gpt-4o-mini", prompt: "Hello" }),
    world.context(),
  ).catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: "LEDGER_UNAVAILABLE", effect: "done" });
  back.resolve();
  const operationId =
    typeof failed === "object" && failed !== null && "operationId" in failed ? String(failed.operationId) : "";
  await expect.poll(async () => (await world.row(operationId)).state).toBe("settled");
});
