import { createServer, connect } from "node:net";
import type { Server, Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startFaultProxy } from "./fault-proxy.ts";
import type { FaultProxy } from "./fault-proxy.ts";

let echo: Server;
let proxy: FaultProxy;
const received: Buffer[] = [];

beforeEach(async () => {
  received.length = 0;
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => received.push(chunk));
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const address = echo.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  proxy = await startFaultProxy({ target: { host: "127.0.0.1", port } });
});
afterEach(async () => {
  await proxy.close();
  echo.close();
});

interface Talk {
  readonly socket: Socket;
  readonly text: () => string;
  readonly error: () => string | undefined;
  readonly closed: Promise<void>;
}

function talk(): Promise<Talk> {
  const socket = connect({ port: proxy.port, host: "127.0.0.1", noDelay: true });
  let text = "";
  let error: string | undefined;
  socket.on("data", (chunk) => (text += chunk.toString()));
  socket.on("error", (failure: NodeJS.ErrnoException) => (error = failure.code));
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  const open = new Promise<void>((resolve) => socket.on("connect", resolve));
  return Promise.race([open, closed]).then(() => ({ socket, text: () => text, error: () => error, closed }));
}

async function until(condition: () => boolean): Promise<number> {
  const from = performance.now();
  while (!condition()) {
    if (performance.now() - from > 5_000) throw new Error("waited too long");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return performance.now() - from;
}

it("passes bytes and endings both ways", async () => {
  const { socket, text, closed } = await talk();
  socket.end("x".repeat(300_000));
  await closed;
  expect(text().length).toBe(300_000);
  await until(() => proxy.connections() === 0);
});

it("delays by direction and keeps the order under jitter", async () => {
  await proxy.set({ toTarget: { latencyMs: 60 }, toClient: { latencyMs: 40, jitterMs: 20 } });
  const { socket, text } = await talk();
  const from = performance.now();
  for (const part of ["a", "b", "c"]) {
    socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until(() => text().length === 3);
  expect(text()).toBe("abc");
  expect(proxy.effects().delayedBytes).toEqual({ toTarget: 3, toClient: 3 });
  expect(performance.now() - from).toBeGreaterThanOrEqual(98);
  socket.destroy();
});

it("limits bandwidth and slices writes", async () => {
  await proxy.set({ toClient: { bandwidth: 50_000 }, toTarget: { slice: 100 } });
  const { socket, text } = await talk();
  socket.write("x".repeat(10_000));
  expect(await until(() => text().length === 10_000)).toBeGreaterThan(150);
  expect(received.length).toBeGreaterThan(10);
  expect(Math.max(...received.map((chunk) => chunk.length))).toBeLessThan(10_000);
  socket.destroy();
});

it("holds bytes in a black hole and lets them go after it", async () => {
  const { socket, text } = await talk();
  await proxy.set({ toClient: { blackhole: true } });
  socket.write("held");
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(text()).toBe("");
  expect(Buffer.concat(received).toString()).toBe("held");
  await proxy.clear();
  await until(() => text() === "held");
  socket.destroy();
});

it("lets no ending through a black hole, and what was held through after it", async () => {
  const { socket } = await talk();
  await proxy.set({ toTarget: { blackhole: true } });
  socket.write("too late");
  await until(() => proxy.effects().heldBytes.toTarget === 8);
  socket.resetAndDestroy();
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(proxy.connections()).toBe(0.5);
  expect(received).toEqual([]);
  await proxy.clear();
  await until(() => proxy.connections() === 0);
  expect(Buffer.concat(received).toString()).toBe("too late");
  expect(proxy.effects().heldBytes).toEqual({ toTarget: 8, toClient: 0 });
});

it("loses the reply to one request after so many of its bytes, and no other", async () => {
  await proxy.set({ loseReply: { after: "COMMIT", bytes: 3, times: 1 } });
  const [one, other] = [await talk(), await talk()];
  one.socket.write("begin");
  await until(() => one.text() === "begin");
  one.socket.write("COMMIT 1");
  await one.closed;
  expect(one.text()).toBe("beginCOM");
  expect(Buffer.concat(received).toString()).toBe("beginCOMMIT 1");
  other.socket.write("COMMIT 2");
  await until(() => other.text() === "COMMIT 2");
  expect(proxy.effects()).toMatchObject({ repliesLost: 1, cut: 0 });
  await proxy.set({ loseReply: { after: "COMMIT", bytes: 0 } });
  other.socket.write("COMMIT 3");
  await other.closed;
  expect(other.text()).toBe("COMMIT 2");
  expect(proxy.effects()).toMatchObject({ repliesLost: 2 });
});

it("cuts after exactly so many bytes", async () => {
  await proxy.set({ toClient: { cutAfterBytes: 7 } });
  const { socket, text, closed } = await talk();
  socket.write("0123456789");
  await closed;
  expect(text()).toBe("0123456");
  expect(proxy.effects().cut).toBe(1);
});

it("resets open connections and new ones", async () => {
  const open = await talk();
  open.socket.write("hello");
  await until(() => open.text() === "hello");
  await proxy.set({ reset: true });
  await open.closed;
  expect(open.error()).toBe("ECONNRESET");
  const fresh = await talk();
  await fresh.closed;
  expect(fresh.text()).toBe("");
  expect(proxy.effects().reset).toBe(2);
});

it("leaves open connections half open: the target is gone, nobody says so, and new ones work", async () => {
  const open = await talk();
  open.socket.write("hello");
  await until(() => open.text() === "hello");
  await proxy.set({ halfOpen: true });
  open.socket.write("still there?");
  await proxy.clear();
  const fresh = await talk();
  fresh.socket.write("me");
  await until(() => fresh.text() === "me");
  expect([open.text(), open.socket.readyState, open.error()]).toEqual(["hello", "open", undefined]);
  expect(proxy.effects().halfOpened).toBe(1);
  for (const { socket } of [open, fresh]) socket.destroy();
});

it("refuses new connections, keeps open ones, and listens on the same port again", async () => {
  const open = await talk();
  await proxy.set({ refuse: true });
  const refused = await talk();
  await refused.closed;
  expect(refused.error()).toBe("ECONNREFUSED");
  open.socket.write("still here");
  await until(() => open.text() === "still here");
  await proxy.clear();
  const again = await talk();
  again.socket.write("back");
  await until(() => again.text() === "back");
  for (const { socket } of [open, again]) socket.destroy();
});

it("closes slowly where told to", async () => {
  await proxy.set({ toClient: { slowCloseMs: 80 } });
  const { socket, text, closed } = await talk();
  const from = performance.now();
  socket.end("bye");
  await until(() => text() === "bye");
  await closed;
  expect(performance.now() - from).toBeGreaterThanOrEqual(79);
});
