import { afterAll, beforeAll, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { fuzzRealtime } from "./fuzz-realtime.ts";

let gateway: ListeningGateway;

beforeAll(async () => {
  gateway = await openListeningGateway();
});
afterAll(() => gateway.close());

it("no response of a realtime session costs more than its hold, whatever was said and set before it", async () => {
  const { failed, responses, fullest } = await fuzzRealtime({ gateway, seed: 7, count: 40 });
  expect(failed).toEqual({});
  expect(responses).toBe(40);
  expect(fullest).toBeGreaterThan(100);
});
