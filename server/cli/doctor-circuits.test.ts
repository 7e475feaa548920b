import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createMetrics } from "../platform/metrics.ts";
import { readEnv } from "../platform/env.ts";
import { checkCircuits, circuitsIn } from "./doctor-circuits.ts";
import type { Diagnosis } from "../domain/system/index.ts";

const metrics = createMetrics();
let answer: { readonly status: number; readonly body: () => Promise<string> };
const server = createServer((_, response) => {
  void answer.body().then((body) => response.writeHead(answer.status).end(body));
});
let origin = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const findings = async (): Promise<Diagnosis[]> => {
  const all: Diagnosis[] = [];
  for await (const finding of checkCircuits(readEnv({}), origin)) all.push(finding);
  return all;
};
const shown = { status: 200, body: () => metrics.registry.metrics() };

it("says that all are closed", async () => {
  answer = shown;
  expect(await findings()).toMatchObject([{ state: "ok", name: "circuits" }]);
});

it("says what is open, for how long, and what to do about it", async () => {
  answer = shown;
  const { circuitRetrySeconds } = metrics;
  circuitRetrySeconds.set(
    { vendor: "openai", model: "", credential: "pcred_1", scope: "credential", reason: "credential" },
    43,
  );
  circuitRetrySeconds.set({ vendor: "ollama", model: 'odd"\\name', credential: "", scope: "model", reason: "rate" }, 0);
  expect(circuitsIn(await metrics.registry.metrics())).toHaveLength(2);
  expect(await findings()).toMatchObject([
    {
      state: "bad",
      name: "circuit openai",
      note: "key refused (pcred_1); tried again in 43 s",
      todo: expect.stringContaining("Store a new key"),
    },
    { state: "none", name: 'circuit ollama/odd"\\name', note: "limit reached; the next call tries it again" },
  ]);
});

it("says where it cannot look", async () => {
  answer = { status: 401, body: async () => "" };
  expect(await findings()).toMatchObject([{ state: "none", note: expect.stringContaining("401") }]);
});
