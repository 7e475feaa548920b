import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { operatorNamed } from "../contracts/operator.ts";
import { setPrice } from "../domain/pricing/index.ts";
import { generateTextRequest } from "../families/ai/index.ts";
import { call } from "./call.ts";

let test: TestGateway;

beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());

it("a fee for each request is held, and booked with the tokens", async () => {
  const [vendor, model] = ["openai", "gpt-4o-search-preview"];
  const feeNanos = 25_000_000n;
  await setPrice(test.deps, operatorNamed("test"), {
    vendor,
    model,
    organizationId: null,
    prices: { request: String(feeNanos * 1_000_000n) },
  });
  await test.refresh();
  const ctx = test.context();
  await call(
    test.gateway,
    generateTextRequest({ model: `${vendor}/${model}`, prompt: "What is new?", maxOutputTokens: 20 }),
    ctx,
  );
  const [row] = await test.rows(ctx.organizationId);
  const { input = 0, output = 0 } = row?.units ?? {};
  const tokensNanos = BigInt(input) * 2_500n + BigInt(output) * 10_000n;
  expect(input + output).toBeGreaterThan(0);
  expect(row).toMatchObject({ state: "settled", cost: feeNanos + tokensNanos, booked: feeNanos + tokensNanos });
  expect(row?.held).toBeGreaterThanOrEqual(feeNanos + tokensNanos);
});
