import { json, query } from "../http/read-input.ts";
import { get, patch, post, put, remove, type AuthRoute } from "../http/route.ts";
import { limitPerAddress, reader, signedIn } from "../http/steps.ts";
import { changeOrganization, changeOrganizationInput } from "./change-organization.ts";
import { createOrganization, createOrganizationInput } from "./create-organization.ts";
import { listVisibleOrganizations, listOrganizationsQuery } from "./list-organizations.ts";
import { addMember, addMemberInput, changeMember, changeMemberInput, removeMember } from "./members/change-members.ts";
import { listMembers, listMembersQuery, readMember } from "./members/read-members.ts";
import { readOrganization } from "./read-organization.ts";
import { changeServiceAccess, putServiceAccessInput, readServiceAccess } from "./service-access/service-access.ts";

/** Organizations, their members and the services they may use. */
export const organizationRoutes: readonly AuthRoute[] = [
  get("/api/organizations").step(signedIn).step(query(listOrganizationsQuery)).answer(listVisibleOrganizations),
  post("/api/organizations")
    .step(signedIn)
    .step(limitPerAddress("organizations"))
    .step(json(createOrganizationInput))
    .answer(createOrganization),
  get("/api/organizations/by-slug/:slug").step(reader).answer(readOrganization),
  get("/api/organizations/:id").step(reader).answer(readOrganization),
  patch("/api/organizations/:id").step(signedIn).step(json(changeOrganizationInput)).answer(changeOrganization),
  get("/api/organizations/:id/members").step(reader).step(query(listMembersQuery)).answer(listMembers),
  post("/api/organizations/:id/members").step(signedIn).step(json(addMemberInput)).answer(addMember),
  get("/api/organizations/:id/members/:userId").step(reader).answer(readMember),
  patch("/api/organizations/:id/members/:userId").step(signedIn).step(json(changeMemberInput)).answer(changeMember),
  remove("/api/organizations/:id/members/:userId").step(signedIn).answer(removeMember),
  get("/api/organizations/:id/service-access").step(signedIn).answer(readServiceAccess),
  put("/api/organizations/:id/service-access/:serviceId")
    .step(signedIn)
    .step(json(putServiceAccessInput))
    .answer(changeServiceAccess),
];
