/** How a change that outlives a token is told to people. */
export interface NoticeText {
  /** `{account}` is the address of whoever did it, `{name}` what the changed thing is called. */
  readonly text: string;
  /** Whether the person has a mail of its own about it already. */
  readonly personKnows?: boolean;
  /** The service that keeps the thing, and tells Auth of its change. */
  readonly toldBy?: string;
  /** The dashboard's page where it can be seen and undone. */
  readonly page?: DashboardPage;
}

type DashboardPage = "/keys" | "/members";

const of = (text: string): NoticeText => ({ text });
const seenAt = (page: DashboardPage, text: string): NoticeText => ({ text, page });
const ownersOnly = (text: string): NoticeText => ({ text, personKnows: true });
const toldByNexus = (text: string): NoticeText => ({ text, toldBy: "srv_nexus" });

/** The mails that audit events bring about, by action: to the person, and to the owners of the organization. */
export const noticeTable: Readonly<Record<string, NoticeText>> = {
  "api-key.create": seenAt("/keys", "An API key was created by {account}"),
  "api-key.rotate": seenAt("/keys", "An API key was replaced by {account}"),
  "service-client.secret-created": of("A client secret of an app was created by {account}"),
  "service.approved-app-registered": of("An app was registered by {account}"),
  "service.manifest-applied": of("The registration of an app was changed by {account}"),
  "principal.put": of("An account was tied to a service by {account}"),
  "service-access.grant": of("A service was opened to the organization by {account}"),
  "invitation.create": seenAt("/members", "Somebody was invited by {account}"),
  "invitation.accept": seenAt("/members", "{account} accepted an invitation"),
  "member.update": seenAt("/members", "A member's role or status was changed by {account}"),
  "permission.overrides-set": of("A member's permissions were changed by {account}"),
  "permission.bundles-set": of("A member's permissions were changed by {account}"),
  "organization.update": of("Settings of the organization were changed by {account}"),
  "organization.reactivate": of("The organization was reactivated by {account}"),
  "organization.admit": of(
    "The organization was admitted to the platform's vendor credentials, or its budget changed, by {account}",
  ),
  "organization.withdraw-admission": of(
    "The organization's admission to the platform's vendor credentials was taken back by {account}",
  ),
  "domain.verify": of("A domain was verified for the organization by {account}"),
  "domain.remove": of("A domain of the organization was removed by {account}"),
  "domain.lapse": of("A domain is no longer the organization's: its DNS record is gone"),
  "scim-token.create": of(
    "A SCIM token, with which a directory writes the organization's people, was created by {account}",
  ),
  "directory.update": of("The roles that the organization's directory gives were changed by {account}"),
  "organization-sign-in.update": of("How the organization's people sign in was changed by {account}"),
  "organization-sign-in.remove": of("The organization's own sign-in was removed by {account}"),
  "organization-sign-in.break-glass": of("{account} signed in as an owner without the organization's own sign-in"),
  "unregistered-apps.update": of(
    "Which apps without a registration may act for the organization's people was changed by {account}",
  ),
  "user.status": of("The status of an account was changed by {account}"),
  "developer.review": of("A developer was reviewed by {account}"),
  "user.email-change-asked": ownersOnly("Another e-mail address was asked for, for the account {account}"),
  "user.password-changed": ownersOnly("The password of {account} was changed"),
  "user.password-reset": ownersOnly("The password of {account} was reset"),
  "user.email-changed": ownersOnly("The e-mail address of an account is {account} now"),
  "user.ways-in-dropped": ownersOnly("All ways into the account {account} but its password were removed"),
  "user.recovered": of("An account was recovered, and all ways into it removed, by {account}"),
  "passkey.register": ownersOnly("A passkey was added to the account {account}"),
  "passkey.remove": ownersOnly("A passkey was removed from the account {account}"),
  "identity.link": ownersOnly("An account of another service was linked to {account}"),
  "identity.unlink": ownersOnly("An account of another service was unlinked from {account}"),
  "second-factor.totp-added": ownersOnly("An authenticator app was added to the account {account}"),
  "second-factor.totp-removed": ownersOnly("The authenticator app of {account} was removed"),
  "second-factor.recovery-codes-made": ownersOnly("New recovery codes were made for the account {account}"),
  "second-factor.required": ownersOnly("Signing in as {account} now needs a second factor"),
  "second-factor.not-required": ownersOnly("Signing in as {account} no longer needs a second factor"),
  "vendor-key.create": toldByNexus('The vendor key "{name}" was stored by {account}'),
  "vendor-key.rotate": toldByNexus('The vendor key "{name}" was replaced by {account}'),
  "vendor-key.delete": toldByNexus('The vendor key "{name}" was deleted by {account}'),
  "vendor-key.enable": toldByNexus('The vendor key "{name}" was enabled by {account}'),
  "vendor-key.disable": toldByNexus('The vendor key "{name}" was disabled by {account}'),
  "service-token.create": toldByNexus('The service token "{name}" was created by {account}'),
  "service-token.rotate": toldByNexus('The service token "{name}" was replaced by {account}'),
  "service-token.revoke": toldByNexus('The service token "{name}" was revoked by {account}'),
};

/** The changes of which a service may tell. */
export const changesToldBy = (serviceId: string): readonly string[] =>
  Object.entries(noticeTable)
    .filter(([, { toldBy }]) => toldBy === serviceId)
    .map(([kind]) => kind);

// A directory changes many people, and its owners made the token for that.
const isDirectorys = (action: string, actorType: string): boolean =>
  actorType !== "user" && (action === "member.update" || action === "invitation.create");

/** Whether an event brings a mail about: what the system does to itself, as at a start, does not. */
export const bringsNotice = (action: string, outcome: string, actorType: string): boolean =>
  outcome === "success" &&
  Object.hasOwn(noticeTable, action) &&
  !(actorType === "system" && action.startsWith("service.")) &&
  !isDirectorys(action, actorType);
