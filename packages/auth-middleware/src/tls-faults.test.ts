import { once } from "node:events";
import { createServer as createPlainServer, type Server as PlainServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { createServer as createBareTlsServer } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSelfSigned } from "../../../test/self-signed.ts";
import { AuthUnavailable, createAuthMiddleware, httpTransport, inProcessTransport } from "./index.ts";

/** What a server says of itself does not matter where it cannot show who it is. */
const yes = JSON.stringify({ valid: true, subjectType: "user" });

let asked = 0;
let servers: Readonly<Record<"self-signed" | "without certificate" | "plain", Server | PlainServer>>;

const answer: Parameters<typeof createPlainServer>[1] = (_, response) => {
  asked += 1;
  response.writeHead(200, { "content-type": "application/json" }).end(yes);
};

beforeAll(async () => {
  servers = {
    "self-signed": createTlsServer(createSelfSigned(), answer),
    "without certificate": createBareTlsServer({}),
    plain: createPlainServer(answer),
  };
  for (const server of Object.values(servers)) {
    server.on("tlsClientError", () => undefined);
    await once(server.listen(0, "localhost"), "listening");
  }
});
afterAll(() => {
  for (const server of Object.values(servers)) server.close();
});

const middlewareOf = (kind: keyof typeof servers) =>
  createAuthMiddleware({
    authUrl: `https://localhost:${(servers[kind].address() as AddressInfo).port}`,
    serviceId: "srv_nexus",
    clientSecret: "s",
    transport: httpTransport(),
  });

const codes = (error: unknown): readonly unknown[] =>
  error instanceof Error ? ["code" in error ? error.code : undefined, ...codes(error.cause)] : [];

describe("a TLS error over http [B2, N7]", () => {
  test.each([
    ["self-signed", /^DEPTH_ZERO_SELF_SIGNED_CERT$/],
    ["without certificate", /^ERR_SSL_.*HANDSHAKE_FAILURE$/],
    ["plain", /^ERR_SSL_/],
  ] as const)("%s: nobody is let in, and nothing is sent", async (kind, expected) => {
    const middleware = middlewareOf(kind);
    const errors: unknown[] = [];
    for (const ask of [
      () => middleware.validate("token"),
      () => middleware.validate("tpk_live_x"),
      () => middleware.memberOf("org_1", "usr_1"),
      () => middleware.organization("org_1"),
      () => middleware.services(),
    ])
      await ask().catch((error: unknown) => errors.push(error));
    expect(errors).toHaveLength(5);
    for (const error of errors) {
      expect(AuthUnavailable.is(error)).toBe(true);
      expect(codes(error)).toContainEqual(expect.stringMatching(expected));
    }
    expect(asked).toBe(0);
  });
});

test("a transport that fails in the process lets nobody in [B2, N7]", async () => {
  for (const fail of [
    () => Promise.reject(new TypeError("fetch failed", { cause: new Error("certificate has expired") })),
    () => {
      throw new Error("closed");
    },
    () => Promise.resolve(Response.error()),
  ]) {
    const middleware = createAuthMiddleware({
      authUrl: "https://auth.example",
      serviceId: "srv_nexus",
      transport: inProcessTransport({ fetch: fail }),
    });
    await expect(middleware.validate("token")).rejects.toSatisfy(AuthUnavailable.is);
  }
});
