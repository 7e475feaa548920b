import { z } from "zod";
import * as administration from "./administration-answers.ts";
import * as companies from "./company-answers.ts";
import * as organizations from "./organization-answers.ts";
import * as own from "./own-account-answers.ts";
import * as people from "./person-answers.ts";
import * as services from "./service-answers.ts";
import * as validations from "./validation-answers.ts";

/** What a route answers where it does what was asked: by status the body, by media type where it is not JSON alone. */
export interface DeclaredAnswers {
  readonly [status: number]: z.ZodType | Readonly<Record<string, z.ZodType>> | undefined;
}

const ok = (schema: z.ZodType): DeclaredAnswers => ({ 200: schema });
const made = (schema: z.ZodType): DeclaredAnswers => ({ 201: schema });
const accepted = (schema: z.ZodType): DeclaredAnswers => ({ 202: schema });
const nothing: DeclaredAnswers = { 204: undefined };
const signedIn: DeclaredAnswers = { 200: people.SessionAnswer, 202: people.SecondFactorAskedAnswer };

const signIn = {
  "GET /health": ok(services.HealthAnswer),
  "GET /health/ready": { 200: services.ReadyAnswer },
  "GET /sign-in/options": ok(people.SignInOptionsAnswer),
  "GET /sign-in/pending": ok(people.PendingMethodsAnswer),
  "POST /sign-in/organization": ok(people.OrganizationSignInFound),
  "POST /login": signedIn,
  "POST /login/mfa": signedIn,
  "POST /logout": ok(people.LoggedOutAnswer),
  "POST /refresh": ok(people.SessionAnswer),
  "POST /register": accepted(people.RegisteredAnswer),
  "POST /passkeys/register/options": ok(own.PasskeyCreationAnswer),
  "POST /passkeys/register/verify": made(own.PasskeyAnswer),
  "POST /passkeys/authenticate/options": ok(own.PasskeyRequestAnswer),
  "POST /passkeys/authenticate/verify": signedIn,
  "POST /email/links/preview": ok(people.LinkPreviewAnswer),
  "POST /email/verify": ok(people.ConfirmedAddressAnswer),
  "POST /email/verify/resend": accepted(people.AcceptedAnswer),
  "POST /email/change/confirm": ok(people.ConfirmedChangeAnswer),
  "POST /password/forgot": accepted(people.AcceptedAnswer),
  "POST /password/reset": ok(people.PasswordResetAnswer),
  "POST /invitations/preview": ok(own.InvitationPreviewAnswer),
  "POST /invitations/accept": ok(own.JoinedAnswer),
  "POST /invitations/decline": ok(own.DeclinedAnswer),
  "GET /validate": ok(validations.ValidationAnswerSchema),
  "POST /validate": ok(validations.ValidationAnswerSchema),
} satisfies Record<string, DeclaredAnswers>;

const ownAccount = {
  "GET /api/me": ok(people.OwnAccountAnswer),
  "PATCH /api/me": ok(people.UpdatedMeAnswer),
  "POST /api/me/active-organization": ok(people.SessionAnswer),
  "GET /api/me/consents": ok(own.ConsentsAnswer),
  "DELETE /api/me/consents/:clientId": ok(own.EndedConsentAnswer),
  "POST /api/me/email": accepted(people.AcceptedAnswer),
  "GET /api/me/identities": ok(own.IdentitiesAnswer),
  "DELETE /api/me/identities/:provider": nothing,
  "GET /api/me/invitations": ok(own.OwnInvitationsAnswer),
  "POST /api/me/invitations/:invitationId/accept": ok(own.JoinedAnswer),
  "POST /api/me/invitations/:invitationId/decline": ok(own.DeclinedAnswer),
  "GET /api/me/mfa": ok(people.SecondFactorAnswer),
  "POST /api/me/mfa/recovery-codes": ok(own.RecoveryCodesAnswer),
  "PUT /api/me/mfa/required": ok(people.SecondFactorAnswer),
  "POST /api/me/mfa/totp": ok(own.StartedTotpAnswer),
  "DELETE /api/me/mfa/totp": ok(own.RemovedTotpAnswer),
  "POST /api/me/mfa/totp/:id/confirm": ok(own.ConfirmedTotpAnswer),
  "GET /api/me/passkeys": ok(own.PasskeysAnswer),
  "PATCH /api/me/passkeys/:id": ok(own.PasskeyAnswer),
  "DELETE /api/me/passkeys/:id": nothing,
  "POST /api/me/password": ok(people.SessionAnswer),
  "POST /api/me/reauthenticate": ok(people.SessionAnswer),
  "POST /api/me/reauthenticate/options": ok(own.PasskeyRequestAnswer),
  "GET /api/me/sessions": ok(own.OwnSessionsAnswer),
  "DELETE /api/me/sessions": ok(own.EndedSessionsAnswer),
  "DELETE /api/me/sessions/:sessionId": ok(own.EndedSessionsAnswer),
  "GET /api/me/ways-in": ok(own.WaysInAnswer),
  "POST /api/me/ways-in/drop": ok(own.DroppedWaysInAnswer),
  "POST /api/device/lookup": ok(own.DeviceAnswer),
  "POST /api/device/decide": ok(own.DecidedDeviceAnswer),
  "GET /api/interactions/:uid": ok(own.InteractionAnswer),
  "POST /api/interactions/:uid": ok(own.DecidedInteractionAnswer),
} satisfies Record<string, DeclaredAnswers>;

const ofOrganizations = {
  "GET /api/organizations": ok(organizations.OrganizationsAnswer),
  "POST /api/organizations": made(organizations.OwnedOrganizationAnswer),
  "GET /api/organizations/by-slug/:slug": ok(organizations.ReadOrganizationAnswer),
  "GET /api/organizations/:id": ok(organizations.ReadOrganizationAnswer),
  "PATCH /api/organizations/:id": ok(organizations.OrganizationAnswer),
  "PUT /api/organizations/:id/admission": ok(organizations.OrganizationAnswer),
  "DELETE /api/organizations/:id/admission": ok(organizations.OrganizationAnswer),
  "GET /api/organizations/:id/api-keys": ok(administration.OrganizationKeysAnswer),
  "GET /api/organizations/:id/api-keys/:keyId": ok(administration.OrganizationKeyAnswer),
  "GET /api/organizations/:id/directory": ok(companies.DirectoryAnswer),
  "PUT /api/organizations/:id/directory": ok(companies.DirectoryAnswer),
  "GET /api/organizations/:id/domains": ok(companies.DomainsAnswer),
  "POST /api/organizations/:id/domains": made(companies.DomainAnswer),
  "DELETE /api/organizations/:id/domains/:domainId": ok(companies.RemovedDomainAnswer),
  "POST /api/organizations/:id/domains/:domainId/verify": ok(companies.DomainAnswer),
  "GET /api/organizations/:id/invitations": ok(organizations.InvitationsAnswer),
  "POST /api/organizations/:id/invitations": made(organizations.OrganizationInvitationAnswer),
  "DELETE /api/organizations/:id/invitations/:invitationId": ok(organizations.RevokedInvitationAnswer),
  "GET /api/organizations/:id/members": ok(organizations.MembersAnswer),
  "POST /api/organizations/:id/members": made(organizations.OrganizationInvitationAnswer),
  "GET /api/organizations/:id/members/:userId": ok(organizations.MemberAnswer),
  "PATCH /api/organizations/:id/members/:userId": ok(organizations.ListedMember),
  "DELETE /api/organizations/:id/members/:userId": ok(organizations.RemovedMemberAnswer),
  "GET /api/organizations/:id/scim-tokens": ok(companies.ScimTokensAnswer),
  "POST /api/organizations/:id/scim-tokens": made(companies.CreatedScimTokenAnswer),
  "DELETE /api/organizations/:id/scim-tokens/:tokenId": ok(companies.RevokedScimTokenAnswer),
  "GET /api/organizations/:id/service-access": ok(organizations.ServiceAccessListAnswer),
  "PUT /api/organizations/:id/service-access/:serviceId": ok(organizations.ServiceAccessAnswer),
  "GET /api/organizations/:id/sessions": ok(organizations.OrganizationSessionsAnswer),
  "GET /api/organizations/:id/sign-in": ok(companies.OrganizationSignInAnswer),
  "PUT /api/organizations/:id/sign-in": ok(companies.OrganizationSignInAnswer),
  "DELETE /api/organizations/:id/sign-in": ok(companies.OrganizationSignInAnswer),
  "GET /api/organizations/:id/unregistered-apps": ok(companies.UnregisteredAppsAnswer),
  "PUT /api/organizations/:id/unregistered-apps": ok(companies.UnregisteredAppsAnswer),
} satisfies Record<string, DeclaredAnswers>;

const ofPeople = {
  "GET /api/users/:userId/sessions": ok(organizations.UserSessionsAnswer),
  "DELETE /api/users/:userId/sessions": ok(organizations.EndedUserSessionsAnswer),
  "DELETE /api/users/:userId/sessions/:id": ok(organizations.EndedUserSessionAnswer),
  "GET /api/users/:userId/security": ok(administration.UserSecurityAnswer),
  "POST /api/users/:userId/password-reset": accepted(people.AcceptedAnswer),
  "GET /api/users/:userId/permissions": ok(administration.UserPermissionsAnswer),
  "PUT /api/users/:userId/permissions/overrides": ok(administration.UserPermissionsAnswer),
  "PUT /api/users/:userId/permissions/bundles": ok(administration.UserPermissionsAnswer),
  "POST /api/users/:userId/recovery": accepted(own.RecoveredAccountAnswer),
  "PATCH /api/users/:userId/status": ok(administration.ChangedUserStatusAnswer),
  "GET /api/audit-events": ok(administration.AuditEventsAnswer),
  "GET /api/audit-events/values": ok(administration.AuditValuesAnswer),
  "GET /api/audit-events/export": {
    200: {
      "text/csv": z
        .string()
        .meta({ description: "A row for each event, and a last line that says how many there are" }),
      "application/x-ndjson": administration.AuditEventAnswerSchema,
      "application/json": administration.ExportedAuditAnswer,
    },
  },
  "GET /api/developers": ok(administration.DevelopersAnswer),
  "GET /api/developers/:developerId": ok(administration.DeveloperAnswer),
  "PATCH /api/developers/:developerId/status": ok(administration.DeveloperAnswer),
  "POST /api/public/developers/apply": accepted(administration.ReceivedAnswer),
  "POST /api/public/app-submissions": accepted(administration.ReceivedAnswer),
} satisfies Record<string, DeclaredAnswers>;

const ofServices = {
  "GET /api/api-keys": ok(administration.ApiKeysAnswer),
  "POST /api/api-keys": made(administration.CreatedApiKeyAnswer),
  "POST /api/api-keys/validate": ok(validations.ApiKeyValidationAnswer),
  "GET /api/api-keys/:id": ok(administration.ApiKeyAnswer),
  "DELETE /api/api-keys/:id": ok(administration.RevokedApiKeyAnswer),
  "POST /api/api-keys/:id/rotate": made(administration.CreatedApiKeyAnswer),
  "GET /api/app-switcher/services": ok(services.LaunchableServicesAnswer),
  "GET /api/revocations": { 200: { "application/x-ndjson": services.RevocationFeedLine } },
  "GET /api/services": ok(services.ServicesAnswer),
  "GET /api/services/:id": ok(services.ServiceAnswer),
  "GET /api/services/:id/permissions": ok(services.ServicePermissionsAnswer),
  "GET /api/services/:id/role-bundles": ok(services.RoleBundlesAnswer),
  "GET /api/services/:id/api-key-scopes": ok(services.KeyScopesAnswer),
  "GET /api/services/:id/bindable-resources": ok(services.BindableResourcesAnswer),
  "PUT /api/services/:id/bindable-resources/:organizationId": ok(services.ReplacedResourcesAnswer),
  "PATCH /api/services/:id/bindable-resources/:organizationId": ok(services.PatchedResourcesAnswer),
  "PUT /api/services/:id/manifest": ok(services.ManifestAnswer),
  "GET /api/services/:id/principals": ok(services.PrincipalsAnswer),
  "PUT /api/services/:id/principals/:userId": ok(services.TiedPrincipalAnswer),
  "DELETE /api/services/:id/principals/:userId": ok(services.UntiedPrincipalAnswer),
  "POST /api/services/:id/told-alerts": ok(services.ToldAnswer),
  "POST /api/services/:id/told-budget-requests": ok(services.ToldAnswer),
  "POST /api/services/:id/told-changes": ok(services.ToldAnswer),
  "POST /api/services/apps": { 200: services.AddedAppAnswer, 201: services.AddedAppAnswer },
  "POST /api/services/approved-apps": { 200: services.RegisteredAppAnswer, 201: services.RegisteredAppAnswer },
  "POST /api/services/approved-apps/:appId/client-secrets": ok(services.ClientSecretAnswer),
} satisfies Record<string, DeclaredAnswers>;

/** What every route of Auth's REST API answers, by `METHOD /path`. A route without a line here fails the suites. */
export const answerTable: Readonly<Record<string, DeclaredAnswers>> = {
  ...signIn,
  ...ownAccount,
  ...ofOrganizations,
  ...ofPeople,
  ...ofServices,
};
