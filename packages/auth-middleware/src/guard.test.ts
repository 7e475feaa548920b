import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../../test/auth-server.ts";
import { addClient, tokenPath } from "../../../test/oauth-client.ts";
import { createProver } from "../../../test/prover.ts";
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

test("a token bound to a key passes with a proof for the public address, in both kinds of handlers, and not without", async () => {
  const prover = await createProver();
  const client = await addClient(auth, { clientId: "bound-backend", type: "confidential" });
  const { body } = await auth.call("POST", tokenPath, {
    body: "grant_type=client_credentials",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `Basic ${Buffer.from(`${client.clientId}:${client.secret ?? ""}`).toString("base64")}`,
      dpop: await prover.prove({ method: "POST", url: `http://localhost:3001${tokenPath}` }),
    },
  });
  const token = textOf(body, "access_token");
  const publicUrl = "https://app.example.com";
  const bound = createGuard(createAuthMiddleware({ authUrl: auth.url, serviceId: "srv_nexus", cacheMs: 5_000 }), {
    publicUrl,
  });
  const handle = bound.handler(undefined, (_, principal) => Response.json({ key: principal.proofKey }));
  const guarded = bound.middleware(undefined);
  const server = createServer((request, response) => {
    guarded(request, response, () => response.end(JSON.stringify({ key: bound.principalOf(request).proofKey })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const doors: readonly ((headers: Readonly<Record<string, string>>) => Promise<Response>)[] = [
    (headers) => handle(new Request("http://10.0.0.1:8080/keys?x=1", { headers })),
    (headers) => fetch(`http://127.0.0.1:${port}/keys?x=1`, { headers }),
  ];
  try {
    for (const door of doors) {
      const proof = await prover.prove({ url: `${publicUrl}/keys`, token });
      const authorization = `DPoP ${token}`;
      expect(await (await door({ authorization, dpop: proof })).json()).toEqual({ key: prover.thumbprint });
      expect((await door({ authorization, dpop: proof })).status).toBe(401);
      expect((await door({ authorization: `Bearer ${token}` })).status).toBe(401);
      const other = await prover.prove({ url: `${publicUrl}/others`, token });
      const refused = await door({ authorization, dpop: other });
      expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
        401,
        'Bearer error="invalid_dpop_proof", DPoP algs="ES256 Ed25519 EdDSA", error="invalid_dpop_proof"',
      ]);
    }
  } finally {
    server.close();
  }
});
