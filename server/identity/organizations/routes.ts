import { get, type Route } from "../http/route.ts";
import { reader } from "../http/steps.ts";
import { readMember, readOrganization } from "./read-organization.ts";

/** Organizations and their members. */
export const organizationRoutes: readonly Route[] = [
  get("/api/organizations/by-slug/:slug").step(reader).answer(readOrganization),
  get("/api/organizations/:id").step(reader).answer(readOrganization),
  get("/api/organizations/:id/members/:userId").step(reader).answer(readMember),
];
