import { json, query } from "../http/read-input.ts";
import { get, post, remove, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, csrfHeader, limitPerAddress, signedIn } from "../http/steps.ts";
import { acceptInvitation, declineInvitation, invitationTokenInput, previewInvitation } from "./answer-invitation.ts";
import { invite, inviteInput, listInvitations, listInvitationsQuery, withdrawInvitation } from "./invite.ts";

/** Bringing people into an organization by mail. */
export const invitationRoutes: readonly AuthRoute[] = [
  get("/api/organizations/:id/invitations").step(signedIn).step(query(listInvitationsQuery)).answer(listInvitations),
  post("/api/organizations/:id/invitations")
    .step(signedIn)
    .step(limitPerAddress("invitations"))
    .step(json(inviteInput))
    .answer(invite),
  remove("/api/organizations/:id/invitations/:invitationId").step(signedIn).answer(withdrawInvitation),
  post("/invitations/preview")
    .step(limitPerAddress("invitation-links"))
    .step(allowedOrigin)
    .step(json(invitationTokenInput))
    .answer(previewInvitation),
  post("/invitations/accept")
    .step(limitPerAddress("invitation-links"))
    .step(signedIn)
    .step(json(invitationTokenInput))
    .answer(acceptInvitation),
  post("/invitations/decline")
    .step(limitPerAddress("invitation-links"))
    .step(allowedOrigin)
    .step(csrfHeader)
    .step(json(invitationTokenInput))
    .answer(declineInvitation),
];
