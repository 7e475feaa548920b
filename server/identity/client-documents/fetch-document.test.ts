import { once } from "node:events";
import { createServer } from "node:http";
import type { LookupAddress } from "node:dns";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEgress, type Egress } from "../../platform/egress/index.ts";
import { systemClock } from "../../platform/clock.ts";
import { silentLogger } from "../../platform/logger.ts";
import { createGuardedFetch } from "../http/guarded-fetch.ts";
import { documentLimits, fetchDocument } from "./fetch-document.ts";

// Where a document's address may lead, whatever its name resolves to.

let visits = 0;
const inside = createServer((_, response) => {
  visits += 1;
  response.setHeader("content-type", "application/json").end("{}");
});
let port = 0;

beforeAll(async () => {
  inside.listen(0, "127.0.0.1");
  await once(inside, "listening");
  const address = inside.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  ({ port } = address);
});
afterAll(() => {
  inside.closeAllConnections();
  inside.close();
});

const address = (text: string): LookupAddress => ({ address: text, family: text.includes(":") ? 6 : 4 });

const asking = async (url: string, resolve: () => Promise<readonly LookupAddress[]>) => {
  const egress: Egress = createEgress({ allow: [], clock: systemClock, log: silentLogger, resolve });
  try {
    return await fetchDocument(createGuardedFetch({ egress, ...documentLimits }), new URL(url));
  } finally {
    await egress.close();
  }
};

test.each([
  ["loopback", "127.0.0.1"],
  ["loopback by IPv6", "::1"],
  ["loopback in IPv6's clothes", "::ffff:127.0.0.1"],
  ["a private network", "10.0.0.7"],
  ["another private network", "192.168.1.1"],
  ["a link's own network", "169.254.169.254"],
  ["a private network by IPv6", "fd00::1"],
  ["a carrier's network", "100.64.0.1"],
  ["nowhere", "0.0.0.0"],
])("a name that resolves to %s is not asked", async (_, private_) => {
  const url = "https://app.example.com/client.json";
  expect(await asking(url, () => Promise.resolve([address(private_)]))).toEqual({ refused: "unreachable" });
  const mixed = [address("93.184.215.14"), address(private_)];
  expect(await asking(url, () => Promise.resolve(mixed))).toEqual({ refused: "unreachable" });
});

test("a name that resolves to a public address first, and then to ours, is asked at neither", async () => {
  const answers = [[address("127.0.0.1")], [address("93.184.215.14")], [address("127.0.0.1")]];
  let asked = 0;
  const resolve = (): Promise<readonly LookupAddress[]> => Promise.resolve(answers[Math.min(asked++, 2)] ?? []);
  expect(await asking("https://rebound.example.com/client.json", resolve)).toEqual({ refused: "unreachable" });
  // One look decides, and the connection goes to the very address that was looked at.
  expect(asked).toBe(1);
  expect(visits).toBe(0);
});

test.each(["http://app.example.com/client.json", "https://app.example.com:8443/client.json"])(
  "nor is %s, which no operator has named",
  async (url) => {
    expect(await asking(url, () => Promise.resolve([address("93.184.215.14")]))).toEqual({ refused: "unreachable" });
  },
);

test("nor is our own machine by its number", async () => {
  for (const url of [`http://127.0.0.1:${port}/`, `http://localhost:${port}/`, `https://127.0.0.1:${port}/`])
    expect(await asking(url, () => Promise.resolve([address("127.0.0.1")]))).toEqual({ refused: "unreachable" });
  expect(visits).toBe(0);
});
