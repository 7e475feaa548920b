import { afterAll, beforeAll, expect, test } from "vitest";
import { startSandbox, type Sandbox } from "../start-sandbox.ts";
import { sandboxToken, testSecrets } from "./siteverify.ts";

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const ask = async (body: Readonly<Record<string, string>>, form = false) => {
  const response = await fetch(`${sandbox.url}/turnstile/v0/siteverify`, {
    method: "POST",
    ...(form
      ? { body: new URLSearchParams(body) }
      : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
};

test.each([true, false])("a token passes once (as a form: %s) [X23]", async (form) => {
  const response = sandboxToken("developer-apply", { nonce: `n${String(form)}` });
  expect(await ask({ secret: testSecrets.passes, response }, form)).toMatchObject({
    status: 200,
    body: { success: true, hostname: "localhost", action: "developer-apply" },
  });
  expect((await ask({ secret: testSecrets.passes, response }, form)).body).toMatchObject({
    success: false,
    "error-codes": ["timeout-or-duplicate"],
  });
});

test("the vendor's test secrets and refusals [X23]", async () => {
  const response = sandboxToken("a", { nonce: "1" });
  const codes = async (body: Readonly<Record<string, string>>) =>
    ((await ask(body)).body as { "error-codes": string[] })["error-codes"];
  expect(await codes({ secret: testSecrets.fails, response })).toEqual(["invalid-input-response"]);
  expect(await codes({ secret: testSecrets.used, response })).toEqual(["timeout-or-duplicate"]);
  expect(await codes({ secret: "wrong", response })).toEqual(["invalid-input-secret"]);
  expect(await codes({ response })).toEqual(["missing-input-secret"]);
  expect(await codes({ secret: testSecrets.passes })).toEqual(["missing-input-response"]);
  expect(await codes({ secret: testSecrets.passes, response: "made up" })).toEqual(["invalid-input-response"]);
  const outage = sandboxToken("a", { verdict: "outage", nonce: "1" });
  expect((await ask({ secret: testSecrets.passes, response: outage })).status).toBe(503);
});
