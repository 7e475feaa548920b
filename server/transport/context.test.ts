import * as fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { CallContext } from "../contracts/call-context.ts";
import { NexusError } from "../errors.ts";
import { authenticate, type Authenticator, type CallerIdentity } from "./context.ts";
import type { DoorRequest } from "./door-request.ts";

const ada: CallerIdentity = {
  actor: { kind: "user", userId: "usr_ada", sessionId: "ses_1", role: "member", platformBypass: false },
  organization: { id: "org_acme", slug: "acme", status: "active", admission: { monthlyLimitNanos: undefined } },
  serviceId: "srv_roadmapper",
  permissions: new Set(["srv_nexus.ai:invoke"]),
};

const key: CallerIdentity = {
  ...ada,
  actor: { kind: "api_key", keyId: "key_1", userId: undefined },
  serviceId: undefined,
};

const principals: Readonly<Record<string, CallerIdentity>> = {
  "good-bearer": ada,
  tpk_live_key: key,
  "suspended-bearer": { ...ada, organization: { ...ada.organization, status: "suspended" } },
};

const authenticator: Authenticator = {
  validate: async ({ credential, proof }) => {
    const principal = proof ? undefined : principals[credential];
    if (!principal) throw new NexusError("UNAUTHENTICATED");
    return principal;
  },
  serviceToken: ({ raw, organizationId, appId }) => {
    if (raw !== "good-token" && raw !== "own-token") throw new NexusError("UNAUTHENTICATED");
    if (organizationId !== "org_acme" || appId === "srv_forbidden") throw new NexusError("SCOPE_DENIED");
    return raw === "own-token"
      ? { tokenId: "srv_bugfix", serviceId: "srv_bugfix", permissions: new Set(["srv_nexus.ai:invoke"]) }
      : { tokenId: "nst_1", serviceId: undefined, permissions: new Set(["srv_nexus.ai:invoke"]) };
  },
  requireMember: async (_organizationId, userId) => {
    if (userId !== "usr_ada") throw new NexusError("SCOPE_DENIED");
  },
  organization: () => ({ slug: "acme", admission: undefined }),
  isRegisteredApp: (serviceId) => serviceId === "srv_roadmapper",
};

/** Headers as they stand on the wire: a name may come twice. */
const requestWith = (headers: readonly (readonly [string, string])[]): DoorRequest => {
  const values = (name: string): string[] => headers.filter(([known]) => known === name).map(([, value]) => value);
  return {
    method: "POST",
    path: "/v1/chat/completions",
    search: "",
    query: new URLSearchParams(),
    header: (name) => (values(name).length === 0 ? undefined : values(name).join(", ")),
    headerValues: values,
    body: async () => Buffer.alloc(0),
    signal: new AbortController().signal,
    remoteAddress: "127.0.0.1",
    requestId: "req_1",
  };
};

const bearer = ["authorization", "Bearer good-bearer"] as const;
const token = ["x-nexus-service-token", "good-token"] as const;
const acme = ["x-nexus-organization-id", "org_acme"] as const;
const roadmapper = ["x-service-id", "srv_roadmapper"] as const;

const own = ["x-nexus-service-token", "own-token"] as const;

const refused: readonly (readonly [string, string, readonly (readonly [string, string])[]])[] = [
  ["UNAUTHENTICATED", "nothing [N1, N2]", []],
  ["UNAUTHENTICATED", "an unknown bearer", [["authorization", "Bearer other"]]],
  ["UNAUTHENTICATED", "another scheme", [["authorization", "Basic abc"]]],
  ["UNAUTHENTICATED", "an empty bearer", [["authorization", "Bearer "]]],
  ["UNAUTHENTICATED", "a bearer beyond every length", [["authorization", `Bearer ${"a".repeat(8_193)}`]]],
  ["AMBIGUOUS_CREDENTIALS", "authorization twice", [bearer, bearer]],
  ["AMBIGUOUS_CREDENTIALS", "authorization and x-api-key", [bearer, ["x-api-key", "tpk_live_key"]]],
  ["AMBIGUOUS_CREDENTIALS", "bearer and service token [X27]", [bearer, token, acme]],
  ["ORGANIZATION_REQUIRED", "a service token without organization [N2]", [token]],
  ["UNAUTHENTICATED", "an unknown service token [N2]", [["x-nexus-service-token", "bad"], acme]],
  ["AMBIGUOUS_CREDENTIALS", "a service token twice", [token, token, acme]],
  ["INVALID_INPUT", "two organizations in one header", [token, ["x-nexus-organization-id", "org_acme,org_other"]]],
  ["INVALID_INPUT", "the organization header twice", [token, acme, ["x-nexus-organization-id", "org_other"]]],
  ["INVALID_INPUT", "an organization with a space", [token, ["x-nexus-organization-id", "org_acme x"]]],
  ["INVALID_INPUT", "an organization in other digits", [token, ["x-nexus-organization-id", "org_١"]]],
  ["SCOPE_DENIED", "an organization the token does not cover", [token, ["x-nexus-organization-id", "org_other"]]],
  ["SCOPE_DENIED", "an app the token does not cover", [token, acme, ["x-service-id", "srv_forbidden"]]],
  ["INVALID_INPUT", "an app nobody registered [X12]", [token, acme, ["x-service-id", "srv_unknown"]]],
  ["SCOPE_DENIED", "a user who is no member [X28]", [token, acme, ["x-nexus-user-id", "usr_eve"]]],
  ["SCOPE_DENIED", "a bearer with another organization", [bearer, ["x-nexus-organization-id", "org_other"]]],
  ["SERVICE_MISMATCH", "a bearer with another app [X12]", [bearer, ["x-service-id", "srv_bugfix"]]],
  ["AMBIGUOUS_CREDENTIALS", "an API key and a service token [X27]", [["x-api-key", "tpk_live_key"], token, acme]],
  ["UNAUTHENTICATED", "an organization and a user without a token [N2]", [acme, ["x-nexus-user-id", "usr_ada"]]],
  ["SERVICE_MISMATCH", "an app's own token with another app [X12]", [own, acme, roadmapper]],
  ["ORGANIZATION_REQUIRED", "an app's own token without organization [N2]", [own]],
  [
    "SCOPE_DENIED",
    "an app's own token with a user who is no member [X28]",
    [own, acme, ["x-nexus-user-id", "usr_eve"]],
  ],
  [
    "INVALID_INPUT",
    "an API key with an app nobody registered [X12]",
    [
      ["x-api-key", "tpk_live_key"],
      ["x-service-id", "srv_unknown"],
    ],
  ],
  ["WORKSPACE_SUSPENDED", "a suspended organization", [["authorization", "Bearer suspended-bearer"]]],
  ["INVALID_INPUT", "an idempotency key with a space", [bearer, ["idempotency-key", "a b"]]],
  ["INVALID_INPUT", "an idempotency key of 256 characters", [bearer, ["idempotency-key", "a".repeat(256)]]],
];

describe("who is refused", () => {
  test.each(refused)("%s: %s", async (code, _what, headers) => {
    await expect(authenticate(requestWith(headers), "rest", authenticator)).rejects.toMatchObject({
      code,
      effect: "none",
    });
  });
});

describe("how old an answer of Auth may be [X8, N7]", () => {
  test.each([
    ["/v1/chat/completions", true],
    ["/v1/messages", true],
    ["/api/ai/generate-text", true],
    ["/api/trpc/ai.streamText", true],
    ["/api/trpc/ai.models,keys.create", false],
    ["/api/trpc/keys.create", false],
    ["/api/trpc/credentials.setPlatformDefault", false],
    ["/api/trpc/ai%2emodels", false],
    ["/api/keys", false],
    ["/api/provider-credentials", false],
    ["/api/usage/budgets", false],
    ["/api/preferences", false],
  ])("%s may reuse one: %s", async (path, expected) => {
    const asked: boolean[] = [];
    await authenticate({ ...requestWith([bearer]), path }, "rest", {
      ...authenticator,
      validate: async (_credential, mayReuse) => {
        asked.push(mayReuse);
        return ada;
      },
    });
    expect(asked).toEqual([expected]);
  });
});

describe("who a call is attributed to [N1, X12]", () => {
  test("a user's token carries organization, user and app", async () => {
    expect(await authenticate(requestWith([bearer, acme, roadmapper]), "openai", authenticator)).toMatchObject({
      door: "openai",
      organizationId: "org_acme",
      organizationSlug: "acme",
      userId: "usr_ada",
      appId: "srv_roadmapper",
      keyId: undefined,
      actor: { kind: "user" },
    });
  });

  test("an API key is attributed to itself; X-Service-ID lends it no app", async () => {
    const ctx = await authenticate(
      requestWith([["x-api-key", "tpk_live_key"], roadmapper]),
      "anthropic",
      authenticator,
    );
    expect(ctx).toMatchObject({ keyId: "key_1", userId: undefined, appId: undefined });
  });

  test("a service token names organization, app and user within its grants", async () => {
    const headers = [token, acme, roadmapper, ["x-nexus-user-id", "usr_ada"], ["idempotency-key", "order-1"]] as const;
    expect(await authenticate(requestWith(headers), "rest", authenticator)).toMatchObject({
      organizationId: "org_acme",
      appId: "srv_roadmapper",
      userId: "usr_ada",
      keyId: "nst_1",
      idempotencyKey: "order-1",
      actor: { kind: "service", tokenId: "nst_1", userId: "usr_ada" },
    });
  });

  test("an app's own token carries the app, named again or not", async () => {
    for (const headers of [
      [own, acme],
      [own, acme, ["x-service-id", "srv_bugfix"]],
    ] as const)
      expect(await authenticate(requestWith(headers), "rest", authenticator)).toMatchObject({
        organizationId: "org_acme",
        appId: "srv_bugfix",
        keyId: "srv_bugfix",
        userId: undefined,
      });
  });

  test("a service token without app is unattributed, not refused", async () => {
    expect((await authenticate(requestWith([token, acme]), "rest", authenticator)).appId).toBeUndefined();
  });
});

test("nobody is an operator who comes through a door, whatever they send", async () => {
  expectTypeOf<CallContext["actor"]["kind"]>().toEqualTypeOf<"user" | "api_key" | "service">();
  const words = fc.constantFrom(
    "operator",
    "root",
    "usr_ada",
    "org_acme",
    "srv_roadmapper",
    "good-bearer",
    "good-token",
  );
  const credential = fc.constantFrom([bearer], [["x-api-key", "tpk_live_key"] as const], [token, acme], [own, acme]);
  const names = fc.constantFrom("x-service-id", "x-nexus-user-id", "x-nexus-actor", "x-operator", "idempotency-key");
  const doors = fc.constantFrom("trpc", "rest", "openai", "anthropic");
  await fc.assert(
    fc.asyncProperty(
      credential,
      fc.array(fc.tuple(names, words), { maxLength: 3 }),
      doors,
      async (sent, more, door) => {
        const context = await authenticate(requestWith([...sent, ...more]), door, authenticator).catch(NexusError.from);
        if (!(context instanceof NexusError)) expect(["user", "api_key", "service"]).toContain(context.actor.kind);
      },
    ),
  );
});
