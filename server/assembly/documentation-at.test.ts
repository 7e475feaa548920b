import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts } from "../../test/free-ports.ts";
import { documentationAt } from "./documentation-at.ts";

const answers: Readonly<Record<string, readonly [status: number, text: string]>> = {
  "/docs/search?query=hard%20budget": [
    200,
    JSON.stringify([
      { id: "1", url: "/docs/concepts/budgets#hard", type: "text", content: "a <mark>hard</mark> <mark>budget</mark>" },
    ]),
  ],
  "/docs/index.md": [200, "# Topolo Nexus"],
  "/docs/quick-start.md": [200, "# Quick start"],
  "/docs/endless.md": [200, "x".repeat(4_000_001)],
  "/docs/starting.md": [503, "The pages are starting."],
};

let server: Server;
let port: number;
const { signal } = new AbortController();

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  server = createServer((request, response) => {
    const [status, text] = answers[request.url ?? ""] ?? [404, "There is no such page."];
    response.writeHead(status).end(text);
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
});
afterAll(async () => {
  server.closeAllConnections();
  await once(server.close(), "close");
});

test("places and pages come from the process that serves the pages", async () => {
  const documentation = documentationAt(port);
  expect(await documentation.search("hard budget", signal)).toEqual([
    { kind: "text", text: "a hard budget", address: "/docs/concepts/budgets#hard" },
  ]);
  expect(await documentation.page("/docs", signal)).toBe("# Topolo Nexus");
  expect(await documentation.page("/docs/quick-start", signal)).toBe("# Quick start");
  expect(await documentation.page("/docs/no-such-page", signal)).toBeUndefined();
});

test("whoever asks is told to try again while the pages start, break off or are not up", async () => {
  const [dead = 0] = await freePorts(1);
  for (const [at, address] of [
    [port, "/docs/starting"],
    [port, "/docs/endless"],
    [dead, "/docs/quick-start"],
  ] as const)
    await expect(documentationAt(at).page(address, signal), address).rejects.toMatchObject({
      code: "OVERLOADED",
      retryable: true,
    });
  await expect(documentationAt(port).page("/docs/quick-start", AbortSignal.abort())).rejects.toMatchObject({
    code: "REQUEST_CANCELLED",
  });
});

test("a gateway without pages says that it has no documentation", async () => {
  await expect(documentationAt(undefined).search("budget", signal)).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(documentationAt(port).search("elsewhere", signal)).rejects.toMatchObject({ code: "NOT_FOUND" });
});
