import { once } from "node:events";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createListener } from "./node-listener.ts";

// What a connection is told that Node gives up: it does so with this event, after ten seconds.

const server = createListener((_, response) => response.end());

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Opens a connection, sends the bytes, has the server give it up, and returns all that came back. */
const givenUp = async (sent: string, code: string): Promise<string> => {
  const { port } = server.address() as AddressInfo;
  const opened = once(server, "connection") as Promise<[Socket]>;
  const client = connect(port, "127.0.0.1");
  let received = "";
  client.setEncoding("latin1").on("data", (text: string) => {
    received += text;
  });
  const ended = once(client, "close");
  const [socket] = await opened;
  if (sent !== "") {
    client.write(sent);
    while (socket.bytesRead < sent.length) await new Promise(setImmediate);
  }
  server.emit("clientError", Object.assign(new Error("given up"), { code }), socket);
  await ended;
  return received;
};

test("a connection that a browser opened ahead and did not use ends without a word, which would answer its next request", async () => {
  expect(await givenUp("", "ERR_HTTP_REQUEST_TIMEOUT")).toBe("");
});

test("a request that does not end is late, and one that is none is wrong", async () => {
  expect(await givenUp("GET / HTTP/1.1\r\nHost:", "ERR_HTTP_REQUEST_TIMEOUT")).toMatch(/^HTTP\/1\.1 408 /);
  expect(await givenUp("GET", "HPE_INVALID_METHOD")).toMatch(/^HTTP\/1\.1 400 /);
});
