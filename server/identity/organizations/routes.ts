import { json, query } from "../http/read-input.ts";
import { get, patch, post, put, remove, type AuthRoute } from "../http/route.ts";
import { limitPerAddress, reader, signedIn } from "../http/steps.ts";
import { changeOrganization, ChangeOrganizationInput } from "./change-organization.ts";
import { createOrganization, CreateOrganizationInput } from "./create-organization.ts";
import { listVisibleOrganizations, ListOrganizationsQuery } from "./list-organizations.ts";
import { addMember, AddMemberInput, changeMember, ChangeMemberInput, removeMember } from "./members/change-members.ts";
import { listMembers, ListMembersQuery, readMember } from "./members/read-members.ts";
import { readOrganization } from "./read-organization.ts";
import { changeServiceAccess, PutServiceAccessInput, readServiceAccess } from "./service-access/service-access.ts";

/** Organizations, their members and the services they may use. */
export const organizationRoutes: readonly AuthRoute[] = [
  get("/api/organizations").step(signedIn).step(query(ListOrganizationsQuery)).answer(listVisibleOrganizations),
  post("/api/organizations")
    .step(signedIn)
    .step(limitPerAddress("organizations"))
    .step(json(CreateOrganizationInput))
    .answer(createOrganization),
  get("/api/organizations/by-slug/:slug").step(reader).answer(readOrganization),
  get("/api/organizations/:id").step(reader).answer(readOrganization),
  patch("/api/organizations/:id").step(signedIn).step(json(ChangeOrganizationInput)).answer(changeOrganization),
  get("/api/organizations/:id/members").step(reader).step(query(ListMembersQuery)).answer(listMembers),
  post("/api/organizations/:id/members").step(signedIn).step(json(AddMemberInput)).answer(addMember),
  get("/api/organizations/:id/members/:userId").step(reader).answer(readMember),
  patch("/api/organizations/:id/members/:userId").step(signedIn).step(json(ChangeMemberInput)).answer(changeMember),
  remove("/api/organizations/:id/members/:userId").step(signedIn).answer(removeMember),
  get("/api/organizations/:id/service-access").step(signedIn).answer(readServiceAccess),
  put("/api/organizations/:id/service-access/:serviceId")
    .step(signedIn)
    .step(json(PutServiceAccessInput))
    .answer(changeServiceAccess),
];
