import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";
import { createAuthMiddleware, createGuard, type Guard } from "./index.ts";

let auth: TestAuth;
let guard: Guard;
let away: Guard;
let owner: string;
let guest: string;

beforeAll(async () => {
  auth = await startTestAuth();
  guard = createGuard(createAuthMiddleware({ authUrl: auth.url, serviceId: "srv_nexus" }));
  away = createGuard(createAuthMiddleware({ authUrl: "http://127.0.0.1:1", serviceId: "srv_nexus" }));
  owner = (await auth.login(await auth.addUser({ role: "owner" }))).token;
  guest = (await auth.login(await auth.addUser({ role: "guest" }))).token;
});
afterAll(() => auth.close());

interface Seen {
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Headers;
  readonly text: string;
}

const read = async (response: Response): Promise<Seen> => {
  const text = await response.text();
  const code = /"code":"([a-z_]+)"/.exec(text)?.[1];
  return { status: response.status, code, headers: response.headers, text };
};

type Ask = (guard: Guard, authorization: string | undefined) => Promise<Seen>;

const viaFetch: Ask = async (which, authorization) => {
  const handle = which.handler("srv_nexus.keys:manage", (_, principal, suffix: string) =>
    Response.json({ hello: principal.user?.email, suffix }),
  );
  const request = new Request("http://app.test/keys?access_token=x", {
    headers: authorization === undefined ? {} : { authorization },
  });
  return read(await handle(request, "!"));
};

const viaNode: Ask = async (which, authorization) => {
  const guarded = which.middleware("srv_nexus.keys:manage");
  const server = createServer((request, response) => {
    guarded(request, response, () => response.end(JSON.stringify({ hello: which.principalOf(request).user?.email })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on a host and port gives an address of this shape.
  const { port } = server.address() as AddressInfo;
  try {
    return await read(
      await fetch(`http://127.0.0.1:${port}/keys`, { headers: authorization === undefined ? {} : { authorization } }),
    );
  } finally {
    server.close();
  }
};

describe.each<[string, Ask]>([
  ["a Fetch handler", viaFetch],
  ["a Node handler", viaNode],
])("%s [B1]", (_, ask) => {
  test("answers who holds the permission", async () => {
    const { status, text } = await ask(guard, `Bearer ${owner}`);
    expect(status).toBe(200);
    expect(text).toContain("@example.com");
  });

  test("refuses a caller without it with 403 [A8]", async () => {
    expect(await ask(guard, `Bearer ${guest}`)).toMatchObject({ status: 403, code: "permission_denied" });
  });

  test("refuses everything else with 401 and a challenge", async () => {
    for (const authorization of [undefined, "", "Bearer", "Basic YTpi", "Bearer a b", `Bearer ${owner}x`, owner]) {
      const { status, code, headers } = await ask(guard, authorization);
      expect([status, code]).toEqual([401, "unauthenticated"]);
      expect(headers.get("www-authenticate")).toMatch(/^Bearer/);
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  test("answers 503 while Auth cannot be asked [B2, X9]", async () => {
    const { status, code, headers } = await ask(away, `Bearer ${owner}`);
    expect([status, code]).toEqual([503, "auth_unavailable"]);
    expect(headers.get("retry-after")).toBe("2");
    expect(headers.get("www-authenticate")).toBeNull();
  });
});

test("errors of the handler are its own", async () => {
  const handle = guard.handler(undefined, () => {
    throw new RangeError("of the handler");
  });
  const request = new Request("http://app.test/", { headers: { authorization: `Bearer ${guest}` } });
  await expect(handle(request)).rejects.toThrow("of the handler");
  // Never seen by any guard.
  expect(() => guard.principalOf({} as IncomingMessage)).toThrow("No guard");
});
