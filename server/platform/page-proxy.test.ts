import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from "node:http";
import { once } from "node:events";
import { afterEach, expect, it } from "vitest";
import { proxyPages } from "./page-proxy.ts";

const servers: Server[] = [];
const listen = async (listener: RequestListener): Promise<number> => {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
};
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Pages behind a server that closes each connection when it is used for the second time. */
const openPages = async () => {
  const used = new WeakSet<object>();
  let asked = 0;
  const pages = await listen((request, response) => {
    asked += 1;
    if (used.has(request.socket)) return void request.socket.destroy();
    used.add(request.socket);
    response.end("a page");
  });
  const proxy = proxyPages(() => pages, "dashboard");
  const port = await listen(proxy.request);
  return { url: `http://127.0.0.1:${port}/`, asked: () => asked };
};

it("a page is asked for again where its connection is closed just when it is used again", async () => {
  const { url } = await openPages();
  for (let n = 0; n < 4; n += 1) {
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, "a page"]);
  }
});

it("whether a connection is kept alive is each side's own affair", async () => {
  let told: unknown;
  const pages = await listen((request, response) => {
    told = request.headers;
    response.setHeader("connection", "keep-alive");
    response.setHeader("keep-alive", "timeout=77");
    response.end("a page");
  });
  const proxy = proxyPages(() => pages, "dashboard");
  const port = await listen((request, response) => {
    response.shouldKeepAlive = false;
    proxy.request(request, response);
  });
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asking = httpRequest({
      port,
      host: "127.0.0.1",
      headers: { connection: "close", "keep-alive": "timeout=66" },
    });
    asking.on("response", resolve).on("error", reject).end();
  });
  answer.resume();
  expect(answer.headers).toMatchObject({ connection: "close" });
  expect(answer.headers).not.toHaveProperty("keep-alive");
  expect(told).toMatchObject({ connection: "keep-alive" });
  expect(told).not.toHaveProperty("keep-alive");
});

it("what is sent to a page is never sent twice", async () => {
  const { url, asked } = await openPages();
  expect((await fetch(url)).status).toBe(200);
  const answer = await fetch(url, { method: "POST", body: "x=1" });
  expect(answer.status).toBe(503);
  expect(asked()).toBe(2);
});
