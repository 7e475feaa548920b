import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../platform/ids.ts";
import { silentLogger } from "../platform/logger.ts";
import { listen, type Listener } from "./listen.ts";

let listener: Listener;
const forwarded: string[] = [];

/** Pages that would answer anything they are asked. */
beforeAll(async () => {
  listener = await listen({
    dispatch: () => undefined,
    pages: {
      request: (incoming, outgoing) => {
        forwarded.push(incoming.url ?? "");
        outgoing.end("a page");
      },
      upgrade: (incoming, socket) => {
        forwarded.push(incoming.url ?? "");
        socket.destroy();
      },
    },
    newId,
    log: silentLogger,
    port: 0,
    host: "127.0.0.1",
    reusePort: false,
  });
});
afterAll(() => listener.drain(100));

/** The path goes out as it stands. */
const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port: listener.port, method, path, headers, agent: false }, (answer) =>
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0)),
    );
    asking.on("upgrade", (_, socket) => socket.destroy());
    asking.on("error", reject);
    asking.end();
  });

const credentials: readonly Readonly<Record<string, string>>[] = [
  {},
  { authorization: "Bearer anything", "x-topolo-auth": "1" },
  { cookie: "topolo_session=anything", origin: "http://localhost:3000", "access-control-request-method": "POST" },
];

const spellings = (path: string): readonly string[] => [
  path,
  `${path}/`,
  `${path}/below`,
  `${path}?x=1`,
  `/${path}`,
  `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
  `/x/..${path}`,
  `/./${path.slice(1)}`,
  `/x/%2e%2e${path}`,
  `\\${path.slice(1)}`.replace(/^\\/, "/%5c"),
  path.toUpperCase(),
];

describe.each(["/validate", "/refresh", "/register", "/sso/authorize", "/sso/exchange", "/sso/handoff", "/sso"])(
  "on the Nexus origin %s",
  (path) => {
    test.each(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])(
      "%s is 404, whoever asks",
      async (method) => {
        for (const headers of credentials)
          for (const spelling of spellings(path)) {
            forwarded.length = 0;
            expect([spelling, await ask(method, spelling, headers), forwarded]).toEqual([spelling, 404, []]);
          }
      },
    );

    test("nor does a socket open there", async () => {
      forwarded.length = 0;
      const headers = {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-key": "x",
        "sec-websocket-version": "13",
      };
      // Told before any path is looked at, as everywhere.
      expect(await ask("GET", path, headers)).toBe(426);
      expect(forwarded).toEqual([]);
    });
  },
);

test("pages with longer names, and next-auth's own, are the dashboard's", async () => {
  for (const path of ["/registered", "/validate-x", "/ssology", "/refreshing", "/", "/api/auth/session"]) {
    forwarded.length = 0;
    expect([path, await ask("GET", path), forwarded]).toEqual([path, 200, [path]]);
  }
});
