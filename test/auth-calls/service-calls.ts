import { randomUUID } from "node:crypto";
import { appManifest } from "../app-manifest.ts";
import { textOf } from "../auth-server.ts";
import { newPrefixedId } from "../../server/platform/ids.ts";
import type { AuthCalls } from "./auth-call.ts";
import type { AuthWorld } from "./auth-world.ts";

const told = (organizationId: string, userId: string) => ({
  alert: {
    id: randomUUID(),
    kind: "budget.threshold",
    organizationId,
    budgetId: randomUUID(),
    administrators: true,
    addresses: [],
    scope: "app",
    name: "Roadmapper",
    period: "day",
    rolling: false,
    hard: true,
    percents: [50],
    usedNanos: "4200000000",
    limitNanos: "5000000000",
    timeZone: "Europe/Berlin",
    endsAt: "2026-11-30T23:00:00.000Z",
    runsOutAt: null,
  },
  request: {
    id: randomUUID(),
    organizationId,
    userId,
    state: "open",
    limitBeforeNanos: "5000000000",
    limitWantedNanos: "9000000000",
    grantedNanos: null,
    grantedUntil: null,
  },
  change: {
    id: randomUUID(),
    kind: "vendor-key.create",
    organizationId,
    actor: { type: "user", id: userId },
    target: "key-1",
    name: "OpenAI",
  },
});

/** Calls about keys and services. The feed of revocations is no single answer, and is not among them. */
export const serviceCalls = async ({ auth, person, prepare, service }: AuthWorld): Promise<AuthCalls> => {
  const organizationId = await auth.addOrganization();
  const owner = await person({ organizationId, role: "owner" });
  const operator = await person({ organizationId: "org_admin", role: "platform_super_admin" });
  const [nexus, roadmapper, developers] = [
    await service("srv_nexus"),
    await service("srv_roadmapper"),
    await service("srv_developers"),
  ];
  const { headers } = owner;
  const makeKey = async (name: string) =>
    await prepare("POST", "/api/api-keys", { bearer: owner.token, body: { name, scopes: ["srv_nexus.ai"] } });
  const [kept, ended, rotated] = [await makeKey("kept"), await makeKey("ended"), await makeKey("rotated")];
  const idOf = ({ key }: Readonly<Record<string, unknown>>): string => textOf(key as Record<string, unknown>, "id");
  const robot = await auth.addUser();
  const workspace = newPrefixedId("org");
  await auth.addOrganization("developer_workspace", workspace);
  const ofNexus = { id: "srv_nexus" };
  const resources = { id: "srv_roadmapper", organizationId };
  const board = { type: "board", resourceId: "b_1", label: "Website" };
  const { alert, request, change } = told(organizationId, owner.user.id);
  const [uploaded, approved] = [`up${randomUUID().slice(0, 8)}`, `ap${randomUUID().slice(0, 8)}`];
  return {
    "GET /api/api-keys": { headers },
    "POST /api/api-keys": { headers, body: { name: "ci", scopes: ["srv_nexus.ai"] } },
    "POST /api/api-keys/validate": { headers: nexus, body: { apiKey: textOf(kept, "apiKey") } },
    "GET /api/api-keys/:id": { headers, path: { id: idOf(kept) } },
    "DELETE /api/api-keys/:id": { headers, path: { id: idOf(ended) } },
    "POST /api/api-keys/:id/rotate": { headers, path: { id: idOf(rotated) }, body: {} },
    "GET /api/app-switcher/services": { headers },
    "GET /api/services": { headers },
    "GET /api/services/:id": { headers, path: ofNexus },
    "GET /api/services/:id/permissions": { headers, path: ofNexus },
    "GET /api/services/:id/role-bundles": { headers, path: ofNexus },
    "GET /api/services/:id/api-key-scopes": { headers, path: ofNexus },
    "PUT /api/services/:id/bindable-resources/:organizationId": {
      headers: roadmapper,
      path: resources,
      body: { resources: [board] },
    },
    "PATCH /api/services/:id/bindable-resources/:organizationId": {
      headers: roadmapper,
      path: resources,
      body: { put: [{ ...board, resourceId: "b_2" }] },
    },
    "GET /api/services/:id/bindable-resources": { headers, path: { id: "srv_roadmapper" } },
    "PUT /api/services/:id/manifest": {
      headers: operator.headers,
      path: { id: `srv_${uploaded}` },
      body: appManifest(uploaded),
    },
    "PUT /api/services/:id/principals/:userId": {
      headers: operator.headers,
      path: { ...ofNexus, userId: robot.id },
      body: { principalType: "service_account" },
    },
    "GET /api/services/:id/principals": { headers: nexus, path: ofNexus },
    "DELETE /api/services/:id/principals/:userId": {
      headers: operator.headers,
      path: { ...ofNexus, userId: robot.id },
    },
    "POST /api/services/:id/told-alerts": { headers: nexus, path: ofNexus, body: alert },
    "POST /api/services/:id/told-budget-requests": { headers: nexus, path: ofNexus, body: request },
    "POST /api/services/:id/told-changes": { headers: nexus, path: ofNexus, body: change },
    "POST /api/services/apps": { headers: operator.headers, body: { slug: `own${randomUUID().slice(0, 8)}` } },
    "POST /api/services/approved-apps": {
      headers: developers,
      body: { appId: approved, organizationId: workspace, manifest: appManifest(approved) },
    },
    "POST /api/services/approved-apps/:appId/client-secrets": {
      headers: developers,
      path: { appId: approved },
      body: { clientId: `${approved}-web` },
    },
  };
};
