import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { NexusError } from "../errors.ts";
import { arrivingBody, isArriving } from "./arriving-body.ts";

const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n";

it.each([
  ["silent for too long", { silentMs: 60, totalMs: 5_000 }, [], "REQUEST_TIMEOUT"],
  ["too slow altogether", { silentMs: 5_000, totalMs: 100 }, [20, 20, 20, 20, 20, 20, 20], "REQUEST_TIMEOUT"],
  ["left by its caller", { silentMs: 5_000, totalMs: 5_000 }, undefined, "REQUEST_CANCELLED"],
] as const)("a body that is %s ends with its reason, and its connection is let go", async (_, limits, pauses, code) => {
  const ended = Promise.withResolvers<{ readonly error: unknown; readonly during: boolean; readonly after: boolean }>();
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      let during = false;
      const error: unknown = await (async () => {
        for await (const chunk of arrivingBody(incoming, limits))
          during = chunk.length > 0 && isArriving(incoming.socket);
      })().catch((thrown: unknown) => thrown);
      ended.resolve({ error, during, after: isArriving(incoming.socket) });
      outgoing.end();
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const socket = connect(typeof address === "object" && address !== null ? address.port : 0, "127.0.0.1");
  socket.on("error", () => undefined);
  const closed = once(socket.resume(), "close");
  socket.write(`${head}1`);
  if (pauses === undefined) setTimeout(() => socket.destroy(), 30);
  for (const pause of pauses ?? []) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    socket.write("1");
  }
  const { error, during, after } = await ended.promise;
  expect(NexusError.is(error) && error.code).toBe(code);
  expect({ during, after }).toEqual({ during: true, after: false });
  if (limits.silentMs < 100) await closed;
  socket.destroy();
  server.close();
});
