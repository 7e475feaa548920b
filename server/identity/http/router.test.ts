import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLogger } from "../../platform/logger.ts";
import { createAuthServer } from "../index.ts";
import { routes } from "../routes.ts";
import { servedPagePaths } from "./pages.ts";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
let token: string;

beforeAll(async () => {
  auth = await startTestAuth();
  ({ token } = await auth.login(await auth.addUser({ role: "owner" })));
});
afterAll(() => auth.close());

const absent = [
  "/sso/handoff",
  "/sso/handoff/x",
  "/api/developer-portal",
  "/api/developer-portal/x",
  "/api/developer-console",
  "/api/developer-console/apps/1",
  "/api/app-submissions",
  "/api/build-requests",
  "/settings/security",
  "/api/auth",
  "/api/auth/session",
  "/api/keys",
  "/nothing",
  "/LOGIN",
  "/login/",
  "//login",
  "/login%2f",
];

test.each(absent)("%s is 404 for every method, signed in or not [G3, G4, G5, G6, G7]", async (path) => {
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    for (const call of [{}, { bearer: token }])
      expect(await auth.call(method, path, call)).toMatchObject({
        status: 404,
        body: { error: { code: "not_found" } },
      });
  }
});

test("a known path with another method is 405", async () => {
  expect(await auth.call("GET", "/login")).toMatchObject({
    status: 405,
    body: { error: { code: "method_not_allowed" } },
  });
  expect((await auth.call("DELETE", "/validate")).status).toBe(405);
});

const allowOf = async (method: string, path: string): Promise<readonly (string | null)[]> => {
  const { status, headers } = await auth.call(method, path);
  return [String(status), headers.get("allow")];
};

test("a 405 says what the path answers to, on every route", async () => {
  expect(await allowOf("GET", "/login")).toEqual(["405", "POST, OPTIONS"]);
  expect(await allowOf("PUT", "/validate")).toEqual(["405", "GET, HEAD, POST, OPTIONS"]);
  expect(await allowOf("PATCH", "/api/me/passkeys/x")).not.toContain("405");
  const byPath = Map.groupBy(routes, ({ path }) => path);
  for (const [path, known] of byPath) {
    if (path === "/setup") continue;
    const methods = known.map(({ method }) => method);
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"] as const) {
      if (methods.includes(method)) continue;
      const [status, allow] = await allowOf(method, path.replaceAll(/:\w+/g, "x"));
      expect([path, status]).toEqual([path, "405"]);
      expect(allow?.split(", ")).toEqual(expect.arrayContaining([...methods, "OPTIONS"]));
      expect(allow).not.toContain(method);
    }
  }
});

test("a page answers GET alone, and with the routes of its path: anything else is 405 with Allow", async () => {
  const pages = (_: unknown, response: ServerResponse): void => void response.end("a page");
  const paged = await startTestAuth({ pages });
  try {
    const byPath = Map.groupBy(routes, ({ path }) => path);
    for (const path of servedPagePaths) {
      const known: readonly string[] = byPath.get(path)?.map(({ method }) => method) ?? [];
      expect([path, (await paged.call("GET", path)).status]).toEqual([path, 200]);
      for (const method of ["POST", "PUT", "PATCH", "DELETE"].filter((each) => !known.includes(each))) {
        const { status, headers, body } = await paged.call(method, path);
        expect([path, status, body]).toMatchObject([path, 405, { error: { code: "method_not_allowed" } }]);
        expect(headers.get("allow")?.split(", ")).toEqual([...new Set(["GET", "HEAD", ...known, "OPTIONS"])]);
      }
    }
    expect((await paged.call("POST", "/nothing")).status).toBe(404);
  } finally {
    await paged.close();
  }
});

const navigation = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

test("a browser that opens a retired or unknown address gets a page, a program JSON [G3, G7]", async () => {
  for (const path of [...absent, "/login", "/api/organizations/%00"]) {
    const response = await fetch(auth.url + path, { headers: navigation });
    const html = await response.text();
    expect([path, response.headers.get("content-type")]).toEqual([path, "text/html; charset=utf-8"]);
    expect([400, 404, 405]).toContain(response.status);
    expect(html).toMatch(/^<!doctype html>[^]*<h1>/);
    expect(html).not.toContain("undefined");
    expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
    for (const accept of ["*/*", "application/json"]) {
      const json = await fetch(auth.url + path, { headers: { accept } });
      expect([path, json.status, json.headers.get("content-type")]).toEqual([
        path,
        response.status,
        "application/json",
      ]);
    }
    const posted = await fetch(auth.url + path, { method: "DELETE", headers: navigation });
    expect(posted.headers.get("content-type")).toBe("application/json");
  }
});

test("under an https address every answer tells browsers to stay with TLS, under http none does", async () => {
  const pages = (_: unknown, response: ServerResponse): void => void response.end("a page");
  const secure = await startTestAuth({ publicUrl: "https://auth.example", pages });
  try {
    for (const path of ["/health", "/nothing", "/validate", "/sign-in", "/.well-known/openid-configuration"]) {
      expect((await secure.call("GET", path)).headers.get("strict-transport-security")).toBe("max-age=31536000");
      expect((await auth.call("GET", path)).headers.has("strict-transport-security")).toBe(false);
    }
  } finally {
    await secure.close();
  }
});

test("every answer is private, typed and unframed", async () => {
  for (const path of ["/health", "/nothing", "/validate"]) {
    const { headers } = await auth.call("GET", path);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    expect(headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  }
});

const raw = async (text: string): Promise<string> => {
  const socket = connect(Number(new URL(auth.url).port), "localhost");
  socket.end(text);
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
  await once(socket, "close");
  return answer.split("\r\n")[0] ?? "";
};

test.each([
  [
    "two Authorization headers",
    `GET /validate HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nauthorization: Bearer b\r\nConnection: close\r\n\r\n`,
  ],
  ["two Host headers", `GET /health HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n`],
  [
    "two service ids",
    `GET /health HTTP/1.1\r\nHost: x\r\nX-Service-ID: a\r\nX-Service-ID: b\r\nConnection: close\r\n\r\n`,
  ],
  ["two cookies", `GET /health HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\nCookie: b=2\r\nConnection: close\r\n\r\n`],
  [
    "a length and chunks",
    `POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ],
  ["no request line", `nonsense\r\n\r\n`],
])("%s are 400", async (_, request) => {
  expect(await raw(request)).toMatch(/^HTTP\/1\.1 400 /);
});

test("headers that are sent twice are refused to a browser by a page", async () => {
  const twice = ["GET /health HTTP/1.1", "Host: x", "Cookie: a=1", "Cookie: b=2", "Connection: close"];
  const answer = await untilClosed([...twice, "Accept: text/html"]);
  expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*content-type: text\/html[^]*<h1>/i);
});

/** Stands between Auth and its database, and can be cut. */
const startCable = async (databaseUrl: string) => {
  const { port: databasePort, hostname } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const open = async (port: number): Promise<Server> => {
    const server = createServer((near) => {
      const far = connect(Number(databasePort), hostname);
      for (const socket of [near, far]) socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
      sockets.add(near).add(far);
      near.pipe(far).pipe(near);
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  let server = await open(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port}`;
  return {
    url: url.href,
    cut: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
    mend: async () => {
      server = await open(port);
    },
  };
};

test("a lost database is 503, not 401, and comes back without a restart [B2]", async () => {
  const cable = await startCable(auth.databaseUrl);
  const settings = {
    publicUrl: "http://localhost:3001",
    encryptionKey: Buffer.alloc(32, 7),
    clock: auth.clock,
    log: silentLogger,
  };
  const server = await createAuthServer({ ...settings, databaseUrl: cable.url });
  const url = `http://localhost:${await server.listen(0, "localhost")}`;
  const validate = async () => {
    const response = await fetch(`${url}/validate`, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, text: await response.text() };
  };
  expect((await validate()).status).toBe(200);
  cable.cut();
  for (let count = 0; count < 3; count += 1) {
    const { status, text } = await validate();
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({
      error: { code: "unavailable", message: "Topolo Auth cannot reach its database." },
    });
  }
  await cable.mend();
  expect((await validate()).status).toBe(200);
  await server.close(100);
  cable.cut();
});

/** Everything that comes back until Auth closes the connection. */
const untilClosed = async (lines: readonly string[]): Promise<string> => {
  const socket = connect(Number(new URL(auth.url).port), "localhost");
  socket.on("error", () => undefined);
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
  await once(socket, "close");
  return answer;
};

test.each(["/", "/sign-in", "/validate", "/nothing", "/setup", "/_next/webpack-hmr"])(
  "a WebSocket to %s is refused with 426 and closed",
  async (path) => {
    const answer = await untilClosed([
      `GET ${path} HTTP/1.1`,
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n[^]*connection: upgrade, close/i);
  },
);

test.each(["TRACE", "PROPFIND", "CONNECT"])("%s is 405", async (method) => {
  const target = method === "CONNECT" ? "example.com:443" : "/validate";
  const answer = await untilClosed([`${method} ${target} HTTP/1.1`, "Host: localhost", "Connection: close"]);
  expect(answer).toMatch(/^HTTP\/1.1 405 /);
});
