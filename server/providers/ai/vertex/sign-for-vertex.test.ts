import { createPrivateKey } from "node:crypto";
import { jwtVerify } from "jose";
import { expect, it } from "vitest";
import {
  sandboxPublicKey,
  sandboxServiceAccount,
  vertexSandboxCredential,
} from "../../../../sandbox/vertex/sandbox-service-account.ts";
import { vertexCredential } from "./service-account.ts";
import { signForVertex } from "./sign-for-vertex.ts";

const at = Date.UTC(2027, 0, 1);
const minute = 60_000;

const tokenAt = async (now: number, credential: Readonly<Record<string, string>> = vertexSandboxCredential) => {
  const request = {
    method: "POST",
    host: "h",
    path: "/",
    query: "",
    headers: {},
    body: new Uint8Array(),
    now,
  } as const;
  const { authorization = "" } = await signForVertex(request, credential);
  return authorization.replace(/^Bearer /, "");
};

it("a token is the account's own, for the scope of Google Cloud and an hour", async () => {
  const { payload, protectedHeader } = await jwtVerify(await tokenAt(at), sandboxPublicKey, {
    currentDate: new Date(at),
  });
  expect(protectedHeader).toEqual({ alg: "RS256", typ: "JWT", kid: sandboxServiceAccount.private_key_id });
  const { client_email: account } = sandboxServiceAccount;
  expect(payload).toMatchObject({
    iss: account,
    sub: account,
    scope: "https://www.googleapis.com/auth/cloud-platform",
  });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3_600);
});

it("one token serves until shortly before its end, and none of another credential's", async () => {
  const first = await tokenAt(at);
  expect(await tokenAt(at + 54 * minute)).toBe(first);
  const next = await tokenAt(at + 56 * minute);
  expect(next).not.toBe(first);
  // A clock that was set back gets a token of its own time.
  expect(await tokenAt(at - 10 * minute)).not.toBe(next);
  const other = { ...sandboxServiceAccount, client_email: "other@nexus-sandbox.iam.gserviceaccount.com" };
  expect(await tokenAt(at, { serviceAccount: JSON.stringify(other) })).not.toBe(first);
  await expect(
    jwtVerify(await tokenAt(at + 56 * minute), sandboxPublicKey, { currentDate: new Date(at + 130 * minute) }),
  ).rejects.toThrow(/exp/);
});

it("a key signs in whichever form it is written that the credential takes", async () => {
  const pkcs1 = createPrivateKey(sandboxServiceAccount.private_key).export({
    type: "pkcs1",
    format: "pem",
  });
  const serviceAccount = JSON.stringify({
    ...sandboxServiceAccount,
    private_key: pkcs1,
  });
  expect(vertexCredential.safeParse({ serviceAccount }).success).toBe(true);
  await jwtVerify(await tokenAt(at, { serviceAccount }), sandboxPublicKey, {
    currentDate: new Date(at),
  });
});

it("what is no key signs nothing, so that the vendor refuses it", async () => {
  expect(await tokenAt(at, { serviceAccount: "{}" })).toBe("");
  expect(await tokenAt(at, {})).toBe("");
});
