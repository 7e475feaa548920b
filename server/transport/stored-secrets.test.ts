import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sandboxServiceAccount } from "../../sandbox/vertex/sandbox-service-account.ts";
import { sendRaw, askOverRest, askOverTrpc } from "../../test/send-raw.ts";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { listProcedures } from "./trpc/procedure-list.ts";

let test: ListeningGateway;
let credential: string;

beforeAll(async () => {
  test = await openListeningGateway();
  ({ credential } = test.issue());
});
afterAll(() => test.close());

/** Every procedure that takes a vendor's secret, at both doors. */
const storing = listProcedures().filter(({ name }) => Object.hasOwn(procedureInputs[name] ?? {}, "secret"));

const fields = [
  ["openai", "apiKey"],
  ["openai", "organization"],
  ["openai", "project"],
  ["anthropic", "apiKey"],
  ["ollama", "apiKey"],
] as const;

const store = (procedure: (typeof storing)[number], vendor: string, field: string, value: string, rest: boolean) =>
  sendRaw(test.port, {
    ...(rest ? askOverRest : askOverTrpc)(procedure, {
      ...procedureInputs[procedure.name],
      ...(procedure.name === "keys.rotate" ? {} : { vendor }),
      secret: { apiKey: "sk-canary-sound", [field]: value },
    }),
    headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
  });

it("knows the procedures that store secrets", () => {
  expect(storing.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["keys.create", "keys.rotate", "credentials.setPlatformDefault"]),
  );
});

it("a secret that no header can carry is refused, naming the field and not its value", async () => {
  const bad = fc.constantFrom(..." \t\r\n\u0000\u001b\u007f\u00a0\u00e9\u200b\ufeff\uff41", "\r\nx-api-key: y", "  ");
  const value = fc
    .tuple(bad, fc.nat(16))
    .map(([strange, at]) => `sk-canary-0123456`.slice(0, at) + strange + `sk-canary-0123456`.slice(at));
  await fc.assert(
    fc.asyncProperty(
      value,
      fc.constantFrom(...storing),
      fc.constantFrom(...fields),
      fc.boolean(),
      async (text, procedure, [vendor, field], rest) => {
        const answer = await store(procedure, vendor, field, text, rest);
        const about = `${procedure.name} ${JSON.stringify(text)} ${answer.text}`;
        expect(answer.status, about).toBe(400);
        expect(answer.text, about).toContain(`secret.${field}`);
        expect(answer.text, about).not.toContain("canary");
      },
    ),
    { numRuns: 200 },
  );
});

it("a sound one is stored", async () => {
  const create = storing.find(({ name }) => name === "keys.create");
  if (!create) throw new Error("no keys.create");
  for (const [vendor, field] of fields.filter(([name]) => name !== "ollama"))
    expect((await store(create, vendor, field, "sk-canary_~!0/+=", true)).status).toBe(200);
});

it("a service account's key is stored as the document that it is, and what is wrong with another is said by its member", async () => {
  const create = storing.find(({ name }) => name === "keys.create");
  if (!create) throw new Error("no keys.create");
  const ask = (vendor: string, secret: Readonly<Record<string, string>>) =>
    sendRaw(test.port, {
      ...askOverRest(create, { vendor, label: `a document ${vendor}`, secret, primary: false }),
      headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
    });
  const written = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
  const taken = await ask("vertex", { serviceAccount: written(sandboxServiceAccount) });
  expect([taken.status, taken.status === 200 ? "" : taken.text]).toEqual([200, ""]);
  expect(taken.text).not.toContain("PRIVATE");
  const { private_key: _key, ...rest } = sandboxServiceAccount;
  const wrong = await ask("vertex", { serviceAccount: written(rest) });
  expect([wrong.status, JSON.parse(wrong.text)]).toMatchObject([
    400,
    {
      error: {
        issues: [{ field: "secret.serviceAccount", expected: expect.stringContaining("its private_key is missing") }],
      },
    },
  ]);
  // Elsewhere a secret stands in a header.
  const inHeader = await ask("openai", { apiKey: written(sandboxServiceAccount) });
  expect(inHeader.status).toBe(400);
  expect(inHeader.text).toContain("secret.apiKey");
  expect(inHeader.text).not.toContain("PRIVATE");
});
