import { z } from "zod";
import {
  toldCount,
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
import { organizationFacts, organizationStatus, roleField } from "./person-answers.ts";
import { ResourceBindingShape } from "./validation-answers.ts";
import { developerStatuses } from "../developers/developer-status.ts";

export const ApiKeyAnswer = fieldsOf({
  id: ids.key("The key's id, which is not the key"),
  organizationId: ids.organization("The organization for which the key works"),
  ownerUserId: orNull(
    ids.user("The person with whose rights the key shrinks and ends"),
    "The person with whose rights the key shrinks and ends; null: it is the organization's",
  ),
  serviceId: orNull(
    ids.service("The app to which calls with the key are attributed"),
    "The app to which calls with the key are attributed; null: none",
  ),
  name: toldText("What the key was called", "ci"),
  prefix: toldText("What the key begins with", "tpk_live_1a2b3c4d"),
  last4: toldText("The key's last four characters", "x7Qp"),
  environment: toldWord("Whether the key is for real work or for tests", ["live", "test"]),
  scopes: toldTexts("What the key was given, as `service.scope`", "srv_nexus.ai"),
  resourceBindings: toldList(
    "Resources for which alone the key works; empty: it is bound to none",
    fieldsOf({
      ...ResourceBindingShape,
      endedAt: orNull(toldTime("When the resource went"), "When the resource went; null: it is there"),
    }),
  ),
  createdAt: toldTime("When the key was made"),
  createdBy: toldText("Who made it: a user id, or `system`", "usr_5f2b9d0c8a714e6f93ab1c2d3e4f5061"),
  expiresAt: orNull(toldTime("When the key ends by itself"), "When the key ends by itself; null: never"),
  lastUsedAt: orNull(
    toldTime("When the key was last used, to a minute"),
    "When the key was last used, to a minute; null: never",
  ),
  revokedAt: orNull(toldTime("When the key was revoked"), "When the key was revoked; null: it was not"),
  rotatedFromId: orNull(ids.key("The key whose place it took"), "The key whose place it took; null: of none"),
});
export const ApiKeysAnswer = fieldsOf({
  apiKeys: toldList("Keys that the caller may handle, the newest first", ApiKeyAnswer),
  nextAfter: nextAfter("keys"),
});
export const CreatedApiKeyAnswer = fieldsOf({
  apiKey: toldText("The key itself, shown once", "tpk_live_1a2b3c4d5e6f_4w5kE0n2c1oQk1m6s9tq8u3v7x0y2z4A6B8C"),
  key: ApiKeyAnswer.meta({ description: "What is kept of it" }),
});
export const RevokedApiKeyAnswer = fieldsOf({
  id: ids.key("The key"),
  revoked: toldFlag("Whether it was this request that ended it"),
});
const keyOfOrganization = fieldsOf({
  id: ids.key("The key's id"),
  organizationId: ids.organization("The organization for which it works"),
  name: toldText("What the key was called", "ci"),
  active: toldFlag("Whether the key counts"),
});
export const OrganizationKeyAnswer = keyOfOrganization;
export const OrganizationKeysAnswer = fieldsOf({
  apiKeys: toldList("The newest keys of the organization", keyOfOrganization),
});

/** One change, as the log tells of it. */
const auditEvent = {
  id: toldText("The event's id; ids grow with time", "evt_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  occurredAt: toldTime("When it happened"),
  actorType: toldWord("What sort of somebody did it", ["user", "service", "api_key", "system", "anonymous"]),
  actorId: orNull(ids.user("Who did it"), "Who did it; null: nobody who was known"),
  actorName: orNull(toldText("Who did it, by name", "Ann Example"), "Who did it, by name; null: no name is known"),
  organizationId: orNull(ids.organization("The organization it is about"), "The organization it is about; null: none"),
  organizationName: orNull(
    toldText("The organization, by name", "Topolo"),
    "The organization, by name; null: none, or it is gone",
  ),
  action: toldText("What was done, as a program reads it", "member.add"),
  words: toldText("What was done, as a person reads it", "Added a member"),
  target: orNull(
    toldText("What it was done to", "usr_5f2b9d0c8a714e6f93ab1c2d3e4f5061"),
    "What it was done to; null: nothing in particular",
  ),
  targetName: orNull(
    toldText("What it was done to, by name", "Bob Example"),
    "What it was done to, by name; null: no name is known",
  ),
  outcome: toldWord("Whether it was done", ["success", "failure", "denied"]),
  ip: orNull(
    toldText("Where the request came from", "203.0.113.7"),
    "Where the request came from; null: from the system itself",
  ),
  requestId: orNull(toldText("The request that did it", "req_1a2b3c4d"), "The request that did it; null: none"),
  details: z
    .record(z.string(), z.unknown())
    .meta({ description: "What else is known of it; its fields differ by action", examples: [{ role: "member" }] }),
};
export const AuditEventAnswerSchema = fieldsOf(auditEvent);
export const AuditEventsAnswer = fieldsOf({
  events: toldList("Events, the newest first", AuditEventAnswerSchema),
  nextAfter: nextAfter("events"),
});
export const AuditValuesAnswer = fieldsOf({
  values: toldList(
    "Values to filter the log by",
    fieldsOf({
      value: toldText("The value for the filter", "member.add"),
      name: orNull(toldText("The value for people", "Added a member"), "The value for people; null: no name is known"),
    }),
  ),
  more: toldFlag("Whether more values match", false),
});

const developer = {
  id: toldText("The developer's id", "dev_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  email: toldText("The address that applied", "dev@example.org"),
  name: toldText("The name that applied", "Dee Veloper"),
  status: toldWord("What was decided", developerStatuses),
  userId: orNull(ids.user("The account with that address"), "The account with that address; null: none"),
  organization: orNull(
    fieldsOf({ ...organizationFacts, status: organizationStatus }),
    "The developer's workspace; null: none",
  ),
  submissionCount: toldCount("How often something was sent in", 2),
  notes: orNull(toldText("Notes of operators", "Known from the beta"), "Notes of operators; null: none"),
  reviewedBy: orNull(ids.user("Which operator decided last"), "Which operator decided last; null: none did"),
  reviewedAt: orNull(toldTime("When an operator decided last"), "When an operator decided last; null: none did"),
  createdAt: toldTime("When the developer first applied"),
  updatedAt: toldTime("When something last changed"),
};
export const DevelopersAnswer = fieldsOf({
  developers: toldList("Developers, the newest first", fieldsOf(developer)),
  nextAfter: nextAfter("developers"),
});
export const ExportedAuditAnswer = fieldsOf({
  events: toldList("Events, the oldest first", AuditEventAnswerSchema),
  rows: toldCount("How many events there are; whatever breaks off lacks it", 120),
});
export const DeveloperAnswer = fieldsOf({
  ...developer,
  submissions: toldList(
    "What was sent in, the newest first",
    fieldsOf({
      id: toldText("The submission's id", "sub_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
      kind: toldWord("Which form it was", ["developer_application", "app_submission"]),
      status: toldWord("What became of it", ["received", "accepted", "rejected"]),
      payload: z
        .record(z.string(), z.unknown())
        .meta({ description: "What the form said", examples: [{ useCase: "A calendar" }] }),
      createdAt: toldTime("When it was sent in"),
    }),
  ),
});
export const ReceivedAnswer = fieldsOf({
  accepted: z.literal(true).meta({
    description: "It was taken; the answer is the same whether or not the address is known",
    examples: [true],
  }),
  submissionId: toldText("Names what was sent in, when asking about it", "sub_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
});

const withheld = orNull(
  toldWord("Why it gives nothing", [
    "inactive",
    "expired",
    "denied_by_override",
    "outside_service_access",
    "service_disabled",
    "withdrawn",
  ]),
  "Why it gives nothing; null: it gives",
);
const effective = toldFlag("Whether it counts now");
const until = orNull(toldTime("When it ends"), "When it ends; null: never");
const givenBy = toldText("Who gave it: a user id, or `system`", "usr_5f2b9d0c8a714e6f93ab1c2d3e4f5061");
const permission = toldText("The permission, as `service.resource:action`", "srv_nexus.ai:invoke");

export const UserPermissionsAnswer = fieldsOf({
  userId: ids.user("Whose permissions these are"),
  organizationId: ids.organization("The organization in which they count"),
  role: roleField("The stored role there"),
  platformBypass: toldFlag("Whether the person operates the whole platform, and may do everything", false),
  active: toldFlag("Whether account, membership and organization all stand; otherwise nothing counts"),
  effectivePermissions: toldTexts("What the person may do now, sorted", "srv_nexus.ai:invoke"),
  effectivePermissionEntries: toldList(
    "The same, with where each comes from",
    fieldsOf({
      permission,
      sources: toldList(
        "Where it comes from",
        z.discriminatedUnion("type", [
          fieldsOf({
            type: z
              .literal("platform_bypass")
              .meta({ description: "An operator may do everything", examples: ["platform_bypass"] }),
          }),
          fieldsOf({
            type: z.literal("role_bundle").meta({ description: "A bundle of permissions", examples: ["role_bundle"] }),
            bundleId: toldText("The bundle", "rbn_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
            name: toldText("The bundle's name", "Member"),
            assigned: toldFlag("Whether somebody gave it; otherwise it comes with the role", false),
          }),
          fieldsOf({
            type: z
              .literal("user_override")
              .meta({ description: "Somebody gave this one permission", examples: ["user_override"] }),
            grantedBy: givenBy,
            reason: toldText("Why it was given", "Covers for Bob"),
          }),
        ]),
      ),
    }),
  ),
  sources: fieldsOf({
    organizationServiceAccess: toldList(
      "Services that the organization may use at most",
      fieldsOf({
        serviceId: ids.service("The service"),
        enabled: toldFlag("Whether it was granted and not taken away"),
        grantedBy: givenBy,
        expiresAt: until,
        effective,
        withheld,
      }),
    ),
    roleBundles: toldList(
      "Bundles that come with the role, and those that somebody gave",
      fieldsOf({
        bundleId: toldText("The bundle", "rbn_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
        name: toldText("The bundle's name", "Member"),
        serviceId: ids.service("The service whose bundle it is"),
        role: roleField("The role it is made for"),
        assigned: toldFlag("Whether somebody gave it; otherwise it comes with the role", false),
        grantedBy: orNull(givenBy, "Who gave it; null: it comes with the role"),
        expiresAt: until,
        permissions: toldList("What it would give", fieldsOf({ permission, effective, withheld })),
      }),
    ),
    userOverrides: toldList(
      "Single permissions that were given or denied",
      fieldsOf({
        permission,
        effect: toldWord("Whether it is given or denied; a denial wins", ["allow", "deny"]),
        reason: toldText("Why", "Covers for Bob"),
        grantedBy: givenBy,
        expiresAt: until,
        effective,
        withheld,
      }),
    ),
  }).meta({ description: "Everything that was stated, whether or not it gives something" }),
});

const accountStatus = toldWord("Whether the account works", ["active", "locked", "suspended", "deleted"]);
export const UserSecurityAnswer = fieldsOf({
  userId: ids.user("The account"),
  status: accountStatus,
  emailVerified: toldFlag("Whether the address was shown to be theirs"),
  lastLoginAt: orNull(toldTime("When the person last signed in"), "When the person last signed in; null: never"),
  password: orNull(
    fieldsOf({ changedAt: toldTime("When it was last changed") }),
    "The password; null: the account has none",
  ),
  totp: orNull(
    fieldsOf({ confirmedAt: toldTime("When its first code was shown") }),
    "The authenticator app; null: none",
  ),
  passkeys: toldCount("How many passkeys there are"),
  recoveryCodesLeft: toldCount("Recovery codes that were not used yet", 10),
  identities: toldTexts("Providers of linked identities", "google"),
  secondFactorRequired: toldFlag("Whether signing in asks for a second factor", false),
  liveSessions: toldCount("How many sessions there are", 2),
});
export const ChangedUserStatusAnswer = fieldsOf({
  userId: ids.user("The account"),
  status: accountStatus,
  sessionsEnded: toldCount("How many sessions ended with the change", 2),
});
