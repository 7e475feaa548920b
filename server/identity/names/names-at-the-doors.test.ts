import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestAuth, type TestAuth } from "../../../test/auth-server.ts";

let auth: TestAuth;
let token: string;
let organizationId: string;

beforeAll(async () => {
  auth = await startTestAuth();
  organizationId = await auth.addOrganization();
  ({ token } = await auth.login(await auth.addUser({ organizationId, role: "owner" })));
});
afterAll(() => auth.close());

interface Door {
  readonly method: string;
  readonly route: string;
  readonly path: () => string;
  readonly field: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Every request by which somebody names a person, an organization or a key of theirs. */
const doors: readonly Door[] = [
  {
    method: "POST",
    route: "POST /register",
    path: () => "/register",
    field: "name",
    body: { email: "new@example.com", password: "long enough for anyone 42" },
  },
  {
    method: "POST",
    route: "POST /register",
    path: () => "/register",
    field: "organizationName",
    body: { email: "new@example.com", password: "long enough for anyone 42", createOrganization: true },
  },
  { method: "PATCH", route: "PATCH /api/me", path: () => "/api/me", field: "name" },
  { method: "POST", route: "POST /api/organizations", path: () => "/api/organizations", field: "name" },
  {
    method: "PATCH",
    route: "PATCH /api/organizations/:id",
    path: () => `/api/organizations/${organizationId}`,
    field: "name",
  },
  {
    method: "POST",
    route: "POST /api/api-keys",
    path: () => "/api/api-keys",
    field: "name",
    body: { scopes: ["srv_nexus.usage"] },
  },
];

test.each(doors)("a name that hides something is refused as $field of $route [X6]", async (door) => {
  const { method, path, field, body } = door;
  for (const sign of ["\u202e", "\u200b"]) {
    const answer = await auth.call(method, path(), { bearer: token, body: { ...body, [field]: `An${sign}n` } });
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.body)).toContain(`"field":"${field}"`);
  }
});
