import { inProcessTransport } from "@topolo/auth-middleware";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestAuth, textOf, type TestAuth } from "../../test/auth-server.ts";
import { openConsumingGateway, type ConsumingGateway } from "../../test/consuming-gateway.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { askOverRest, askOverTrpc } from "../../test/send-raw.ts";
import { listProcedures } from "../transport/trpc/procedure-list.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth();
});
afterAll(() => auth.close());

describe.each([["http"], ["in-process"]])("with Auth over %s", (transport) => {
  let nexus: ConsumingGateway;
  /** An owner's bearer and key, from before the address was no longer verified. */
  const credentials: string[] = [];

  beforeAll(async () => {
    nexus = await openConsumingGateway({
      authUrl: auth.url,
      clientSecret: await auth.server.createServiceClientSecret("srv_nexus"),
      ...(transport === "http" ? {} : { transport: inProcessTransport(auth.server) }),
    });
    const owner = await auth.addUser({ role: "owner" });
    const { token } = await auth.login(owner);
    const key = await auth.call("POST", "/api/api-keys", {
      bearer: token,
      body: { name: "early", scopes: ["srv_nexus.ai"] },
    });
    credentials.push(token, textOf(key.body, "apiKey"));
    await auth.pool.query("update auth.users set email_verified_at = null where id = $1", [owner.id]);
  });
  afterAll(() => nexus.close());

  test.each(listProcedures().map((procedure) => [procedure.name, procedure] as const))(
    "%s is refused to a person without a verified address, at both doors, and says why [N1, N7]",
    async (name, procedure) => {
      for (const credential of credentials)
        for (const askFor of [askOverRest, askOverTrpc]) {
          const { method, path, headers, body } = askFor(procedure, procedureInputs[name] ?? {});
          const text = body === undefined ? undefined : JSON.parse(String(body));
          const answer = await nexus.ask(method, path, { ...headers, authorization: `Bearer ${credential}` }, text);
          expect([answer.status, answer.text]).toEqual([403, expect.stringContaining("email_unverified")]);
        }
    },
  );

  test("nothing was asked of a vendor and nothing was reserved [N1]", async () => {
    const [token, key] = credentials;
    expect((await nexus.chat({ authorization: `Bearer ${token}` })).status).toBe(403);
    expect((await nexus.chat({ "x-api-key": key ?? "" })).status).toBe(403);
    expect([nexus.sandbox.requests(), await nexus.attributed()]).toEqual([[], []]);
  });
});
