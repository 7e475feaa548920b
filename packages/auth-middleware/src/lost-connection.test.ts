import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AuthUnavailable, createAuthMiddleware } from "./index.ts";

let server: Server;
let asked: string[];
/** Requests whose connection ends without an answer. */
let toLose = 0;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (toLose > 0) {
      toLose -= 1;
      request.socket.destroy();
      return;
    }
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ valid: false, error: "unknown" }));
  });
  await once(server.listen(0, "localhost"), "listening");
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.close();
});

const openMiddleware = () =>
  createAuthMiddleware({
    authUrl: `http://localhost:${(server.address() as AddressInfo).port}`,
    serviceId: "srv_nexus",
    clientSecret: "s",
  });

test("a question whose connection ends without an answer is asked once more", async () => {
  toLose = 1;
  await expect(openMiddleware().validate("tpk_live_x")).rejects.not.toBeInstanceOf(AuthUnavailable);
  expect(asked).toEqual(Array.from({ length: 2 }, () => "POST /api/api-keys/validate"));
});

test("two connections that end without an answer are Auth being unavailable", async () => {
  toLose = 2;
  await expect(openMiddleware().validate("tpk_live_x")).rejects.toBeInstanceOf(AuthUnavailable);
  expect(asked).toHaveLength(2);
});

test("a connection that Auth has closed for being idle fails nobody", async () => {
  const middleware = openMiddleware();
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => open.add(socket));
  for (let round = 0; round < 20; round += 1) {
    await expect(middleware.validate("tpk_live_x")).rejects.not.toBeInstanceOf(AuthUnavailable);
    // The end is under way while the next question is written.
    for (const socket of open) socket.destroy();
  }
});
