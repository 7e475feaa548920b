import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { fuzzJobs } from "./fuzz-jobs.ts";

let test: TestGateway;

beforeAll(async () => {
  test = await openTestGateway({ further: ["fal"] });
});
afterAll(() => test.close());

it("no edit of images, question about a kept file, batch or video costs more than its hold", async () => {
  const { above, charged, worst } = await fuzzJobs({ test, seed: 7, count: 200 });
  expect(above).toEqual([]);
  const operations = ["ai.generateImage", "ai.generateText", "ai.batches.create", "ai.videos.start"];
  for (const operation of operations) {
    expect(charged[operation], operation).toBeGreaterThan(5);
    expect(worst[operation], operation).toBeGreaterThan(0.5);
  }
});
