import { json, query } from "../http/read-input.ts";
import { route, type AuthRoute } from "../http/route.ts";
import { allowedOrigin, csrfHeader, limitPerAddress, notByDevice, signedIn } from "../http/steps.ts";
import { requireRecentSignIn } from "../step-up/require-recent-sign-in.ts";
import {
  acceptInvitation,
  acceptOwnInvitation,
  declineInvitation,
  declineOwnInvitation,
  InvitationTokenInput,
  listOwnInvitations,
  previewInvitation,
} from "./answer-invitation.ts";
import { invite, InviteInput, listInvitations, ListInvitationsQuery, withdrawInvitation } from "./invite.ts";

/** Bringing people into an organization: they are asked, and say yes or no. */
export const invitationRoutes: readonly AuthRoute[] = [
  route
    .get("/api/organizations/:id/invitations")
    .step(signedIn)
    .step(query(ListInvitationsQuery))
    .answer(listInvitations),
  route
    .post("/api/organizations/:id/invitations")
    .step(signedIn)
    .step(requireRecentSignIn)
    .step(limitPerAddress("invitations"))
    .step(json(InviteInput))
    .answer(invite),
  route.remove("/api/organizations/:id/invitations/:invitationId").step(signedIn).answer(withdrawInvitation),
  route.get("/api/me/invitations").step(signedIn).answer(listOwnInvitations),
  route
    .post("/api/me/invitations/:invitationId/accept")
    .step(signedIn)
    .step(requireRecentSignIn)
    .answer(acceptOwnInvitation),
  route.post("/api/me/invitations/:invitationId/decline").step(signedIn).answer(declineOwnInvitation),
  route
    .post("/invitations/preview")
    .step(limitPerAddress("invitation-links"))
    .step(allowedOrigin)
    .step(json(InvitationTokenInput))
    .answer(previewInvitation),
  route
    .post("/invitations/accept")
    .step(limitPerAddress("invitation-links"))
    .step(signedIn)
    .step(notByDevice)
    .step(json(InvitationTokenInput))
    .answer(acceptInvitation),
  route
    .post("/invitations/decline")
    .step(limitPerAddress("invitation-links"))
    .step(allowedOrigin)
    .step(csrfHeader)
    .step(json(InvitationTokenInput))
    .answer(declineInvitation),
];
