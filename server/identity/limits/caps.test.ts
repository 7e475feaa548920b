import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, textOf, type Called, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
beforeAll(async () => {
  auth = await startTestAuth({
    limits: {
      perAddressPerMinute: 10_000,
      organizationsPerPerson: 2,
      apiKeysPerOrganization: 4,
      apiKeysPerPerson: 3,
      pendingInvitations: 2,
      invitationsPerPerson: 9,
    },
  });
});
afterAll(() => auth.close());

const codes = (answers: readonly Called[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const refusal = ({ status, body }: Called): unknown => [status, body.error];
const member = async (role: string, organizationId: string) => auth.login(await auth.addUser({ organizationId, role }));

test("the limit of organizations holds under parallel requests, and is not reset by transferring them", async () => {
  const user = await auth.addUser({ role: "member" });
  const { token: bearer } = await auth.login(user);
  const make = () => auth.call("POST", "/api/organizations", { bearer, body: { name: "Mine" } });
  const answers = await Promise.all(Array.from({ length: 12 }, make));
  expect(codes(answers)).toEqual({ 201: 2, 409: 10 });
  expect(refusal(await make())).toEqual([
    409,
    expect.objectContaining({ code: "too_many_organizations", limit: 2, message: expect.any(String) }),
  ]);
  await auth.pool.query("delete from auth.organization_memberships where user_id = $1 and role = 'owner'", [user.id]);
  expect((await make()).status).toBe(409);
  const operator = await auth.login(await auth.addUser({ organizationId: "org_admin", role: "platform_admin" }));
  for (let made = 0; made < 3; made += 1)
    expect(
      (await auth.call("POST", "/api/organizations", { bearer: operator.token, body: { name: "Customer" } })).status,
    ).toBe(201);
});

test("the limits of live keys per person and per organization hold under parallel requests", async () => {
  const organizationId = await auth.addOrganization();
  const first = await member("owner", organizationId);
  const second = await member("owner", organizationId);
  const make = (bearer: string, body: object = {}) =>
    auth.call("POST", "/api/api-keys", { bearer, body: { name: "k", scopes: ["srv_nexus.ai"], ...body } });
  const answers = await Promise.all(Array.from({ length: 10 }, () => make(first.token)));
  expect(codes(answers)).toEqual({ 201: 3, 409: 7 });
  expect(refusal(await make(first.token))).toEqual([
    409,
    expect.objectContaining({ code: "too_many_api_keys", limit: 3, message: expect.stringMatching(/^You have 3 /) }),
  ]);
  expect((await make(second.token)).status).toBe(201);
  expect(refusal(await make(second.token, { owner: "organization" }))).toEqual([
    409,
    expect.objectContaining({ code: "too_many_api_keys", limit: 4, message: expect.stringMatching(/has 4 API keys/) }),
  ]);

  // A successor takes its place, once: what still runs out is not handed on without end.
  const made = answers.find(({ status }) => status === 201)?.body.key;
  const rotate = (id: string) =>
    auth.call("POST", `/api/api-keys/${id}/rotate`, { bearer: first.token, body: { overlapSeconds: 3_600 } });
  const next = await rotate(textOf(made as Record<string, unknown>, "id"));
  expect(next.status).toBe(201);
  const nextId = textOf(next.body.key as Record<string, unknown>, "id");
  expect((await rotate(nextId)).status).toBe(409);
  auth.clock.advance(3_601_000);
  const later = await auth.login(await auth.addUser({ organizationId, role: "owner" }));
  expect((await make(later.token)).status).toBe(409);
  expect((await auth.call("DELETE", `/api/api-keys/${nextId}`, { bearer: later.token })).status).toBe(200);
  expect((await make(later.token)).status).toBe(201);
});

test("the limit of open invitations holds, and inviting an address again replaces its invitation", async () => {
  const organizationId = await auth.addOrganization();
  const { token: bearer } = await member("owner", organizationId);
  const invite = (email: string) =>
    auth.call("POST", `/api/organizations/${organizationId}/invitations`, { bearer, body: { email, role: "member" } });
  const answers = await Promise.all(["a", "b", "c", "d"].map((name) => invite(`${name}@example.com`)));
  expect(codes(answers)).toEqual({ 201: 2, 409: 2 });
  const refused = answers.find(({ status }) => status === 409);
  expect(refused && refusal(refused)).toEqual([
    409,
    expect.objectContaining({ code: "too_many_invitations", limit: 2 }),
  ]);
  const invited = textOf(answers.find(({ status }) => status === 201)?.body ?? {}, "email");
  expect((await invite(invited)).status).toBe(201);
});

test("one person writes so many invitations an hour, in all organizations together, and withdrawing them buys no more", async () => {
  const user = await auth.addUser({ organizationId: await auth.addOrganization(), role: "owner" });
  const { token: bearer } = await auth.login(user);
  const { body } = await auth.call("POST", "/api/organizations", { bearer, body: { name: "Second" } });
  const organizations = [(await auth.call("GET", "/api/me", { bearer })).body["organization"], body].map((each) =>
    textOf(each as Record<string, unknown>, "id"),
  );
  const answers: Called[] = [];
  for (let written = 0; written < 12; written += 1) {
    const organizationId = organizations[written % 2] ?? "";
    await auth.call("POST", "/api/me/active-organization", {
      bearer,
      headers: { "x-service-id": "srv_nexus" },
      body: { organizationId },
    });
    const path = `/api/organizations/${organizationId}/invitations`;
    const made = await auth.call("POST", path, { bearer, body: { email: `n${written}@example.com`, role: "guest" } });
    answers.push(made);
    if (made.status === 201)
      expect((await auth.call("DELETE", `${path}/${textOf(made.body, "id")}`, { bearer })).status).toBe(200);
  }
  expect(codes(answers)).toEqual({ 201: 9, 429: 3 });
});
