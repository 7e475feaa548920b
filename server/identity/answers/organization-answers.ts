import {
  toldCount,
  toldDone,
  toldFlag,
  toldList,
  fieldsOf,
  toldText,
  toldTexts,
  toldTime,
  toldWord,
  ids,
  nextAfter,
  orNull,
} from "./answer-fields.ts";
import { sessionFacts, sessionOrganization, signInMethods } from "./own-account-answers.ts";
import { organizationFacts, organizationStatus, roleField } from "./person-answers.ts";
import { z } from "zod";

const organization = {
  ...organizationFacts,
  kind: toldWord("What sort of organization it is: `admin` is the platform's own", [
    "standard",
    "admin",
    "developer_workspace",
  ]),
  status: organizationStatus,
  statusReason: orNull(
    toldText("Why an operator changed the status", "Unpaid invoices"),
    "Why an operator changed the status; null: nobody did",
  ),
  maxKeyTtlDays: orNull(
    toldCount("The longest life of a new API key, in days", 90),
    "The longest life of a new API key, in days; null: any",
  ),
  admittedAt: orNull(
    toldTime("Since when it may use the platform's vendor credentials"),
    "Since when it may use the platform's vendor credentials; null: it uses its own vendor keys alone",
  ),
  admissionLimitNanos: orNull(
    toldText("What it may spend of the platform's credentials in a calendar month (UTC), in nano-USD", "25000000000"),
    "What it may spend of the platform's credentials in a calendar month (UTC), in nano-USD; null: no such limit",
  ),
  createdAt: toldTime("When the organization was made"),
};
export const OrganizationAnswer = fieldsOf(organization);

/** An organization as a service under its secret reads it. */
export const ServedOrganizationAnswer = fieldsOf({
  ...organizationFacts,
  kind: organization.kind,
  status: organizationStatus,
  admission: orNull(
    fieldsOf({ monthlyLimitNanos: organization.admissionLimitNanos }),
    "What it may use of the platform's vendor credentials; null: it uses its own vendor keys alone",
  ),
  services: toldTexts("Ids of the services that may act for it", "srv_nexus"),
});

/** What a person reads of an organization, or what a service does. */
export const ReadOrganizationAnswer = z.union([OrganizationAnswer, ServedOrganizationAnswer]);

/** A member's own role in it; a list of all organizations has none. */
const ownRole = orNull(
  roleField("The role of the person who asks"),
  "The role of the person who asks; null: no member of it",
);
export const OwnedOrganizationAnswer = fieldsOf({
  ...organization,
  role: z.literal("owner").meta({ description: "Whoever makes an organization owns it", examples: ["owner"] }),
});
export const OrganizationsAnswer = fieldsOf({
  organizations: toldList("Organizations by id", fieldsOf({ ...organization, role: ownRole })),
  nextAfter: nextAfter("organizations"),
});

const membershipStatus = toldWord("Whether the membership counts", ["active", "suspended"]);
const member = {
  organizationId: ids.organization("The organization"),
  userId: ids.user("The member's account"),
  role: roleField("The member's role in the organization"),
  status: membershipStatus,
  active: toldFlag("Whether account and membership both stand"),
  email: toldText("The address that the member signs in with", "ann@example.org"),
  name: toldText("The member's name; may be empty", "Ann Example"),
};
export const MemberAnswer = fieldsOf(member);
export const ListedMember = fieldsOf({
  ...member,
  pictureUrl: orNull(
    toldText("Where the member's picture is", "https://example.org/ann.png"),
    "Where the member's picture is; null: none",
  ),
  joinedAt: toldTime("When the membership began"),
});
export const MembersAnswer = fieldsOf({
  members: toldList("Members by user id", ListedMember),
  nextAfter: nextAfter("members"),
});
export const RemovedMemberAnswer = fieldsOf({
  organizationId: member.organizationId,
  userId: ids.user("Who is no member any more"),
  removed: toldDone("The membership has ended"),
});

export const OrganizationInvitationAnswer = fieldsOf({
  id: toldText("The invitation's id", "inv_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  organizationId: ids.organization("The organization that invites"),
  email: orNull(
    toldText("The address that was invited", "ann@example.org"),
    "The address that was invited; null: an account was invited by its id",
  ),
  userId: orNull(
    ids.user("The account that was invited by its id"),
    "The account that was invited by its id; null: an address was",
  ),
  role: roleField("The role one gets by accepting"),
  status: toldWord("What became of it", ["pending", "accepted", "declined", "revoked"]),
  expired: toldFlag("Whether it is pending and too old to be accepted", false),
  invitedBy: ids.user("Who invited"),
  createdAt: toldTime("When the invitation was made"),
  expiresAt: toldTime("Until when it can be accepted"),
});
export const InvitationsAnswer = fieldsOf({
  invitations: toldList("Invitations of the organization", OrganizationInvitationAnswer),
  nextAfter: nextAfter("invitations"),
});
export const RevokedInvitationAnswer = fieldsOf({
  id: toldText("The invitation", "inv_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  revoked: toldDone("Its link works no more"),
});

const serviceAccess = fieldsOf({
  serviceId: ids.service("The service"),
  serviceName: toldText("The service's name", "Topolo Nexus"),
  enabled: toldFlag("Whether the service was granted and not taken away"),
  live: toldFlag("Whether the grant counts now: enabled, and not over"),
  grantedBy: toldText("Who granted it: a user id, or `system`", "system"),
  grantedAt: toldTime("When it was granted"),
  expiresAt: orNull(toldTime("When the grant ends"), "When the grant ends; null: never"),
});
export const ServiceAccessAnswer = serviceAccess;
export const ServiceAccessListAnswer = fieldsOf({
  organizationId: ids.organization("The organization"),
  services: toldList("Services that the organization's people and keys may use at most", serviceAccess),
});

export const OrganizationSessionsAnswer = fieldsOf({
  organizationId: ids.organization("The organization"),
  sessions: toldList(
    "Live sessions in which the organization is active, the newest first",
    fieldsOf({
      id: sessionFacts.id,
      user: fieldsOf({
        id: ids.user("The account"),
        name: toldText("The person's name", "Ann Example"),
        email: toldText("The person's address", "ann@example.org"),
        role: roleField("The person's role in the organization"),
      }).meta({ description: "Whose session it is" }),
      current: sessionFacts.current,
      mayEnd: toldFlag("Whether the one who asks may end it"),
      createdAt: sessionFacts.createdAt,
      lastSeenAt: sessionFacts.lastSeenAt,
      ip: sessionFacts.ip,
      userAgent: sessionFacts.userAgent,
      amr: signInMethods,
    }),
  ),
  nextAfter: nextAfter("sessions"),
});
export const UserSessionsAnswer = fieldsOf({
  userId: ids.user("Whose sessions these are"),
  sessions: toldList(
    "Live sessions within reach, the newest first",
    fieldsOf({ ...sessionFacts, amr: signInMethods, organizationId: sessionOrganization }),
  ),
});
export const EndedUserSessionAnswer = fieldsOf({
  id: ids.session("The session that was ended"),
  revoked: toldDone("The session counts no more"),
});
export const EndedUserSessionsAnswer = fieldsOf({ revoked: toldCount("How many sessions ended", 2) });
