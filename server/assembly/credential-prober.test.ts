import { sandboxServiceAccount } from "../../sandbox/vertex/sandbox-service-account.ts";
import { createServer } from "node:http";
import { createServer as createLineServer, type AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ProbeResult } from "../contracts/credential-probe.ts";
import { listAuditEvents } from "../domain/audit/index.ts";
import type { CredentialRef } from "../domain/credentials/index.ts";
import { createKey, listKeys, rotateKey, setKeyStatus, testKey } from "../domain/keys/index.ts";
import { createEgress } from "../platform/egress/index.ts";
import { providers } from "../providers/index.ts";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { canaryKey } from "../../test/canary-key.ts";
import { credentialProber } from "./credential-prober.ts";

type Secret = Readonly<Record<string, string>>;

let test: TestGateway;
/** A server whose every answer the test decides. */
let answer: (key: string) => { readonly status: number; readonly body: string };
const server = createServer((request, response) => {
  const { status, body } = answer(
    String(request.headers.authorization ?? request.headers["x-api-key"] ?? request.headers["x-goog-api-key"] ?? ""),
  );
  response.writeHead(status, { "content-type": "application/json" }).end(body);
});
const serverUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  test = await openTestGateway({ mail: true });
});
afterAll(async () => {
  await test.close();
  server.close();
});
beforeEach(() => test.sandbox.reset());

const { signal } = new AbortController();

/** Tests a secret at an address as it is, whatever is stored. */
const probe = async (vendor: string, secret: Secret, baseUrl: string): Promise<ProbeResult> => {
  const { host } = new URL(baseUrl);
  const egress = createEgress({ allow: [host], log: test.deps.log, clock: test.deps.clock });
  const gateway = { ...test.gateway, egress, openCredential: () => secret };
  const ref: CredentialRef = {
    id: `pcred_platform_${vendor}`,
    tier: "platform_default",
    organizationId: null,
    vendor,
    version: 1,
    baseUrl,
    allowedHost: host,
    label: null,
    sealed: { format: 1, keyId: "k1", wrappedKey: Buffer.alloc(0), ciphertext: Buffer.alloc(0) },
  };
  try {
    return await credentialProber(gateway, providers, test.metrics)(ref, signal);
  } finally {
    await egress.close();
  }
};

interface Access {
  readonly secret: Secret;
  readonly baseUrl: string;
}

/** Where the sandbox plays a vendor, and what it takes there. */
const accessOf = (id: string): Access | undefined => {
  const { baseUrls, acting } = test.sandbox;
  const answering = Object.entries(baseUrls).find(([vendor]) => vendor === id)?.[1];
  return answering === undefined || acting[id] !== undefined
    ? acting[id]
    : { secret: { apiKey: "sk-sandbox-accepts-this" }, baseUrl: answering };
};

const emulated = [
  "openai",
  "anthropic",
  "google",
  "vertex",
  "azure",
  "bedrock",
  "cohere",
  "mistral",
  "groq",
  "xai",
  "elevenlabs",
  "deepgram",
  "fal",
  "resend",
  "cloudflare",
  "ses",
  "postmark",
  "sendgrid",
  "mailgun",
];
const paying = ["stripe", "paypal", "mollie", "square", "adyen", "razorpay"];

/** Nobody's key, in the form in which the sandbox does not take it. */
const spoilt: Readonly<Record<string, Secret>> = {
  google: { apiKey: "" },
  mistral: { apiKey: "?" },
  cohere: { apiKey: "?" },
  elevenlabs: { apiKey: "?" },
  deepgram: { apiKey: "?" },
  fal: { apiKey: "?" },
  vertex: { serviceAccount: JSON.stringify({ ...sandboxServiceAccount, private_key_id: "0123456789abcdef" }) },
  bedrock: { secretAccessKey: "another-secret-than-the-one" },
  ses: { secretAccessKey: "another-secret-than-the-one" },
  paypal: { clientSecret: "" },
  razorpay: { clientSecret: "x" },
};

describe("a test of a credential", () => {
  it("can be made at every vendor, and says what it asks", () => {
    for (const { id, probe: asked } of providers.values()) expect(asked?.asks, id).toMatch(/^[a-z][\w ',]+$/);
  });

  it.each([...emulated, ...paying, "smtp", "compatible"])("shows that %s takes the one that is its own", async (id) => {
    const { secret = {}, baseUrl = "" } = accessOf(id) ?? {};
    const effects = [...test.sandbox.requests(), ...(test.sandbox.mailbox?.messages() ?? [])].filter(
      (one) => "billed" in one && one.billed,
    );
    expect(await probe(id, secret, baseUrl)).toEqual({ outcome: "works", message: expect.stringContaining("takes") });
    expect(effects).toEqual([]);
  });

  it.each([...emulated, ...paying].filter((id) => id !== "paypal"))(
    "shows that %s refuses another, which is in no word of it",
    async (id) => {
      const { secret = {}, baseUrl = "" } = accessOf(id) ?? {};
      const wrong = { ...secret, ...(spoilt[id] ?? { apiKey: "wrong" }) };
      const { outcome, message } = await probe(id, wrong, baseUrl);
      expect([outcome, message]).toEqual(["refused", expect.stringMatching(/does not take this credential/)]);
      for (const value of Object.values(wrong)) if (value.length > 3) expect(message).not.toContain(value);
    },
  );

  it("makes nothing at a vendor that acts", () => {
    expect(test.sandbox.mailbox?.messages()).toEqual([]);
    for (const id of paying) {
      const vendor = Object.entries(test.sandbox).find(([name]) => name === id)?.[1];
      expect(vendor.effects()).toEqual([]);
    }
  });

  it("asks what a vendor of many models tells nobody without a key", async () => {
    const asked: string[] = [];
    answer = (key) => {
      asked.push(key);
      return { status: 200, body: JSON.stringify({ data: { limit: null, usage: 0 } }) };
    };
    expect((await probe("openrouter", { apiKey: "sk-or-1" }, serverUrl())).outcome).toBe("works");
    expect(asked).toEqual(["Bearer sk-or-1"]);
  });

  it.each<readonly [string, number, object, ProbeResult["outcome"], RegExp]>([
    ["openai", 403, { error: { message: "Missing scopes: api.model.read" } }, "works", /restricts it/],
    ["resend", 401, { name: "restricted_api_key", message: "only send" }, "works", /restricts it/],
    ["stripe", 403, { error: { type: "invalid_request_error", message: "no" } }, "works", /restricts it/],
    ["ses", 403, { __type: "AccessDeniedException" }, "works", /restricts it/],
    ["sendgrid", 200, { scopes: ["stats.read"] }, "refused", /does not take/],
    ["cloudflare", 200, { success: true, result: { status: "expired" } }, "refused", /does not take/],
    ["adyen", 403, { status: 403, errorCode: "901", errorType: "security" }, "refused", /403, 901/],
    ["openai", 429, { error: { code: "insufficient_quota", message: "quota" } }, "refused", /credit or quota/],
    ["openai", 429, { error: { code: "rate_limit_exceeded", message: "slow" } }, "unclear", /limits the rate/],
    ["openai", 500, { error: { message: "oops" } }, "unclear", /said nothing about the credential/],
    ["openai", 200, { page: "of somebody else" }, "unclear", /is not OpenAI/],
    ["stripe", 200, { object: "list" }, "unclear", /is not Stripe/],
  ])("of %s, answered %i %o, shows: %s", async (vendor, status, body, outcome, words) => {
    answer = () => ({ status, body: JSON.stringify(body) });
    const secret = {
      apiKey: "key-0123456789abcdef",
      accountId: "0123456789abcdef0123456789abcdef",
      accessKeyId: "AKIA0123456789ABCDEF",
      secretAccessKey: "s",
    };
    const result = await probe(vendor, secret, serverUrl());
    expect(result.outcome).toBe(outcome);
    expect(result.message).toMatch(words);
  });

  it("repeats nothing of a refusal that repeats the key, wherever it stands in it", async () => {
    const key = canaryKey();
    for (const { id } of providers.values())
      for (const status of [400, 401, 403, 422, 500]) {
        answer = () => ({
          status,
          body: JSON.stringify({
            error: { message: `Incorrect key ${key}`, code: key, type: key, param: key, status: key },
            errors: [{ code: key, message: key, category: key }],
            name: key,
            message: key,
            title: key,
            errorCode: key,
            errorType: key,
            __type: key,
          }),
        });
        if (id === "smtp") continue;
        const secret = { apiKey: key, clientId: key, clientSecret: key, accessKeyId: key, secretAccessKey: key };
        const accountId = "0123456789abcdef0123456789abcdef";
        const more = { accountId, domain: "mg.example.com", locationId: "L1" };
        expect(JSON.stringify(await probe(id, { ...secret, ...more }, serverUrl())), id).not.toContain(key.slice(-8));
      }
  });

  it("says that nobody answers, and that an address may not be called", async () => {
    const closed = await probe("openai", { apiKey: "sk-1" }, "http://127.0.0.1:9");
    expect(closed).toEqual({ outcome: "unreachable", message: expect.stringMatching(/^OpenAI cannot be reached/) });
    const mail = await probe("smtp", {}, "smtp://127.0.0.1:9");
    expect(mail.outcome).toBe("unreachable");
  });

  it("logs in at a mail server and sends nothing; one that refuses the login is told with its codes alone", async () => {
    const said: string[] = [];
    const mail = createLineServer((socket) => {
      socket.write("220 mail.test ESMTP\r\n");
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        const line = bytes.toString();
        said.push(line.slice(0, 4));
        if (line.startsWith("EHLO")) socket.write("250-mail.test\r\n250 AUTH PLAIN\r\n");
        else if (line.startsWith("AUTH")) socket.write("535 5.7.8 No such user hunter2-hunter2\r\n");
        else socket.end("221 bye\r\n");
      });
    });
    await new Promise<void>((resolve) => mail.listen(0, "127.0.0.1", resolve));
    const { port } = mail.address() as AddressInfo;
    const result = await probe("smtp", { username: "ann", password: "hunter2-hunter2" }, `smtp://127.0.0.1:${port}`);
    mail.close();
    expect(result).toEqual({ outcome: "refused", message: expect.stringMatching(/does not take .* \(535 5\.7\.8\)/) });
    expect(result.message).not.toContain("hunter2");
    expect(said).not.toContain("MAIL");
  });

  it("says of a vendor that can be asked nothing free that the next call will tell", async () => {
    const untested = [...providers.values()].map(({ probe: asked, ...vendor }) => {
      expect(asked).toBeDefined();
      return [vendor.id, vendor] as const;
    });
    const ctx = test.context();
    const key = await createKey(test.deps, ctx, own("sk-1"));
    const prober = credentialProber(test.gateway, new Map(untested), test.metrics);
    const { lastTest } = await testKey(test.deps, prober, ctx, { id: key.id });
    expect(lastTest).toMatchObject({
      outcome: "untestable",
      message: expect.stringContaining("the next call will tell"),
    });
  });
});

const own = (apiKey: string) => ({
  vendor: "compatible",
  label: "own",
  secret: { apiKey },
  baseUrl: test.sandbox.baseUrls.compatible,
});

describe("a stored key", () => {
  const prober = () => credentialProber(test.gateway, providers, test.metrics);
  const later = (ms: number) => ({ ...test.deps, clock: { ...test.deps.clock, now: () => Date.now() + ms } });

  it("keeps its last test with its time and who stored it, until the secret is another", async () => {
    const ctx = test.context();
    const { id, storedBy, lastTest: none } = await createKey(test.deps, ctx, own(canaryKey()));
    expect([storedBy, none]).toEqual([ctx.actor.kind === "user" ? ctx.actor.userId : undefined, null]);
    // Before it is put to use, too.
    await setKeyStatus(test.deps, ctx, { id, status: "disabled" });
    const { lastTest } = await testKey(test.deps, prober(), ctx, { id });
    expect(lastTest).toMatchObject({ outcome: "works", at: expect.any(String) });
    expect((await listKeys(test.deps, ctx, {})).keys[0]?.lastTest).toEqual(lastTest);
    const { events } = await listAuditEvents(test.deps, ctx, { target: id });
    expect(events[0]).toMatchObject({ action: "key.test", details: { outcome: "works", version: 1 } });
    expect(JSON.stringify(events)).not.toContain(canaryKey());
    expect((await rotateKey(test.deps, ctx, { id, secret: { apiKey: "sk-2" } })).lastTest).toBeNull();
    expect(await test.metrics.registry.metrics()).toMatch(
      /nexus_credential_tests_total\{vendor="compatible",outcome="works"\} [1-9]/,
    );
  });

  it("is tested once in ten seconds, also with another secret, and by its organization alone", async () => {
    const ctx = test.context();
    const { id } = await createKey(test.deps, ctx, own("sk-1"));
    await expect(testKey(test.deps, prober(), test.context(), { id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await testKey(test.deps, prober(), ctx, { id });
    await rotateKey(test.deps, ctx, { id, secret: { apiKey: "sk-2" } });
    const soon = await testKey(later(4_000), prober(), ctx, { id }).catch((error: unknown) => error);
    expect(soon).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: expect.any(Number) });
    expect((await testKey(later(11_000), prober(), ctx, { id })).lastTest?.outcome).toBe("works");
    expect(test.sandbox.requests().filter(({ path }) => path === "/models")).toHaveLength(2);
  });
});
