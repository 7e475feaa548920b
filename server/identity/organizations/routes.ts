import { json, query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { limitPerAddress, reader, signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import {
  admitOrganization,
  AdmitOrganizationInput,
  withdrawOrganizationAdmission,
} from "./admission/admit-organization.ts";
import { changeOrganization, ChangeOrganizationInput } from "./change-organization.ts";
import { createOrganization, CreateOrganizationInput } from "./create-organization.ts";
import { listVisibleOrganizations, ListOrganizationsQuery } from "./list-organizations.ts";
import { addMember, AddMemberInput, changeMember, ChangeMemberInput, removeMember } from "./members/change-members.ts";
import { listMembers, ListMembersQuery, readMember } from "./members/read-members.ts";
import { readOrganization } from "./read-organization.ts";
import { changeServiceAccess, PutServiceAccessInput, readServiceAccess } from "./service-access/service-access.ts";

/** Organizations, their members and the services they may use. */
export const organizationRoutes: readonly AuthRoute[] = [
  route.get("/api/organizations").step(signedIn).step(query(ListOrganizationsQuery)).answer(listVisibleOrganizations),
  route
    .post("/api/organizations")
    .step(signedIn)
    .step(limitPerAddress("organizations"))
    .step(json(CreateOrganizationInput))
    .answer(createOrganization),
  route.get("/api/organizations/by-slug/:slug").step(reader).answer(readOrganization),
  route.get("/api/organizations/:id").step(reader).answer(readOrganization),
  route
    .patch("/api/organizations/:id")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(ChangeOrganizationInput))
    .answer(changeOrganization),
  route
    .put("/api/organizations/:id/admission")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(AdmitOrganizationInput))
    .answer(admitOrganization),
  route
    .remove("/api/organizations/:id/admission")
    .step(signedIn)
    .step(requireRecentSignIn)
    .answer(withdrawOrganizationAdmission),
  route.get("/api/organizations/:id/members").step(reader).step(query(ListMembersQuery)).answer(listMembers),
  route
    .post("/api/organizations/:id/members")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(AddMemberInput))
    .answer(addMember),
  route.get("/api/organizations/:id/members/:userId").step(reader).answer(readMember),
  route
    .patch("/api/organizations/:id/members/:userId")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(ChangeMemberInput))
    .answer(changeMember),
  route.remove("/api/organizations/:id/members/:userId").step(signedIn).answer(removeMember),
  route.get("/api/organizations/:id/service-access").step(signedIn).answer(readServiceAccess),
  route
    .put("/api/organizations/:id/service-access/:serviceId")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(json(PutServiceAccessInput))
    .answer(changeServiceAccess),
];
