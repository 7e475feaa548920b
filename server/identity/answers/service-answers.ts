import { z } from "zod";
import {
  toldCount,
  toldDone,
  toldFlag,
  toldList,
  fieldsOf,
  toldText,
  toldTexts,
  toldWord,
  ids,
  nextAfter,
  orNull,
} from "./answer-fields.ts";
import { principalType, roleField } from "./person-answers.ts";

export const HealthAnswer = fieldsOf({
  status: z.literal("ok").meta({ description: "The process answers", examples: ["ok"] }),
});
export const ReadyAnswer = fieldsOf({
  status: toldWord("Whether Auth can do its work", ["ready", "not ready", "draining"]),
  checks: z
    .record(
      z.string(),
      fieldsOf({
        ok: toldFlag("Whether this is as it should be"),
        note: toldText("What was found", "answers"),
      }),
    )
    .meta({ description: "What readiness depends on, by name" }),
});

const registration = fieldsOf({
  complete: toldFlag("Whether nothing is missing"),
  missing: toldList(
    "What is missing",
    toldWord("A part of a registration", ["permissions", "role_bundles", "api_key_scopes", "docs"]),
  ),
}).meta({ description: "Whether the service's registration is complete" });

const surfaceKind = toldWord(
  "What the service is for people: something they open, something programs call, or neither",
  ["application", "api", "runtime", "internal"],
);
const facts = {
  id: ids.service("The service's id, which never changes"),
  slug: toldText("The short name in addresses, unique", "nexus"),
  name: toldText("The service's name", "Topolo Nexus"),
  description: toldText("What the service is, in a sentence", "One gateway for paid APIs"),
  surface_kind: surfaceKind,
  surface_group: orNull(
    toldText("The group in which it is shown", "Platform"),
    "The group in which it is shown; null: none",
  ),
  launchable: toldFlag("Whether people can open it"),
  launch_url: orNull(toldText("Where it opens", "http://localhost:3000/"), "Where it opens; null: nowhere"),
};
export const ServiceAnswer = fieldsOf({
  ...facts,
  docs_url: orNull(
    toldText("Where its documentation is", "https://topolo.app/docs"),
    "Where its documentation is; null: none",
  ),
  first_party: toldFlag("Whether it is one of our own"),
  calls: toldTexts("Services that it calls in people's names", "srv_nexus"),
  status: toldWord("Whether it works", ["active", "disabled"]),
  origins: toldTexts("Origins of its pages", "http://localhost:3000"),
  manifest_version: orNull(
    toldCount("The version of its manifest", 3),
    "The version of its manifest; null: it has none",
  ),
  registration,
});
export const ServicesAnswer = fieldsOf({
  services: toldList("Services that the one who asks may know of", ServiceAnswer),
});
export const LaunchableServicesAnswer = fieldsOf({
  userId: ids.user("Who asks"),
  organizationId: orNull(ids.organization("The active organization"), "The active organization; null: none"),
  launcherEligible: toldFlag("Whether the app switcher is for this account"),
  services: toldList(
    "What the person can open",
    fieldsOf({ ...facts, current: toldFlag("Whether the request comes from this app", false) }),
  ),
});
export const ServicePermissionsAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  permissions: toldList(
    "Everything that can be permitted there",
    fieldsOf({
      permission: orNull(
        toldText("The permission", "srv_nexus.ai:invoke"),
        "The permission as `service.resource:action`; null: withdrawn before it had one",
      ),
      resource: toldText("What it is about", "ai"),
      action: toldText("What is done to it", "invoke"),
      description: toldText("What it lets somebody do", "Call AI models"),
      deprecated: toldFlag("Whether it was withdrawn and gives nothing any more", false),
    }),
  ),
});
export const RoleBundlesAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  roleBundles: toldList(
    "Permissions that go together",
    fieldsOf({
      id: toldText("The bundle's id", "rbn_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
      name: toldText("The bundle's name", "Member"),
      role: roleField("The role it is made for"),
      isDefault: toldFlag("Whether everybody with that role has it"),
      permissions: toldTexts("What it gives", "srv_nexus.ai:invoke"),
    }),
  ),
});
export const KeyScopesAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  scopes: toldList(
    "What API keys can be given",
    fieldsOf({
      scope: toldText("The scope as keys name it", "srv_nexus.ai"),
      description: toldText("What a key can do with it", "Call AI models"),
      bindableResourceType: orNull(
        toldText("The kind of resource to which a key with it can be bound", "project"),
        "The kind of resource to which a key with it can be bound; null: none",
      ),
      deprecated: toldFlag("Whether it was withdrawn", false),
      permissions: toldTexts("The permissions it consists of", "srv_nexus.ai:invoke"),
    }),
  ),
});

const resourceType = toldText("The kind of resource", "project");
export const BindableResourcesAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  organizationId: orNull(
    ids.organization("Whose resources these are"),
    "Whose resources these are; null: no organization was asked for",
  ),
  types: toldList(
    "Kinds of resources to which keys can be bound",
    fieldsOf({ type: resourceType, label: toldText("The kind, for people", "Project") }),
  ),
  resources: toldList(
    "The organization's resources",
    fieldsOf({
      type: resourceType,
      resourceId: toldText("The resource's id at the service", "p_1"),
      label: toldText("The resource's name", "Website"),
    }),
  ),
  nextAfter: nextAfter("resources"),
});
export const ReplacedResourcesAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  organizationId: ids.organization("Whose resources were told"),
  types: toldTexts("The kinds that were replaced", "project"),
  count: toldCount("How many resources there are of them now", 3),
});
export const PatchedResourcesAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  organizationId: ids.organization("Whose resources were told"),
  put: toldCount("How many were added or renamed", 2),
  removed: toldCount("How many went", 0),
});

const named = (description: string) => toldTexts(description, "srv_nexus.ai:invoke");
export const ManifestAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  version: toldCount("The version of the manifest", 4),
  dryRun: toldFlag("Whether it was only said what would change", false),
  applied: toldFlag("Whether something changed"),
  changes: toldList(
    "What the manifest changes",
    fieldsOf({
      part: toldText("The part of the registration", "permissions"),
      added: named("Entries that are new"),
      removed: named("Entries that went"),
      changed: named("Entries that are different"),
    }),
  ),
  registration: registration.optional(),
});

const clientType = toldWord("Whether the client can keep a secret", ["confidential", "public", "native"]);
export const RegisteredAppAnswer = fieldsOf({
  appId: toldText("The app's id at Topolo Developers", "app_42"),
  serviceId: ids.service("The service that the app is"),
  organizationId: ids.organization("The developer workspace that owns it"),
  version: toldCount("The version of the manifest", 1),
  applied: toldFlag("Whether something changed; false: it was registered so before"),
  registration: registration.optional(),
  clients: toldList(
    "The app's clients",
    fieldsOf({
      clientId: toldText("The client's id", "partner-web"),
      type: clientType,
      clientSecret: toldText(
        "The client's secret, shown once, where one was made",
        "tss_4w5kE0n2c1oQk1m6s9tq8u3v",
      ).optional(),
    }),
  ),
});
export const AddedAppAnswer = fieldsOf({
  serviceId: ids.service("The service that the app is"),
  clientId: toldText("The client that signs its people in", "myapp-local"),
  registered: toldFlag("Whether the service is new; false: it was registered before"),
  redirectUri: toldText(
    "Where the browser returns after sign-in; with `dev` alone",
    "http://localhost:5173/auth/callback",
  ).optional(),
  clientSecret: toldText(
    "The client's secret, shown once, where one was made",
    "tss_4w5kE0n2c1oQk1m6s9tq8u3v",
  ).optional(),
});
export const ClientSecretAnswer = fieldsOf({
  clientId: toldText("The client's id", "partner-web"),
  clientSecret: toldText(
    "The new secret, shown once; the ones before it go on for a while",
    "tss_4w5kE0n2c1oQk1m6s9tq8u3v",
  ),
});

export const PrincipalsAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  principals: toldList(
    "Accounts that belong to the service",
    fieldsOf({
      userId: ids.user("The account"),
      email: toldText("The account's address", "bot@example.org"),
      name: toldText("The account's name", "Importer"),
      principalType,
      status: toldWord("Whether the account works", ["active", "locked", "suspended"]),
    }),
  ),
  nextAfter: nextAfter("accounts"),
});
export const TiedPrincipalAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  userId: ids.user("The account that belongs to it now"),
  principalType,
});
export const UntiedPrincipalAnswer = fieldsOf({
  serviceId: ids.service("The service"),
  userId: ids.user("The account that belongs to it no more"),
  removed: toldDone("The account is no more the service's"),
});
export const ToldAnswer = fieldsOf({
  id: toldText("What was told, by the id that the service gave it", "01a20028-f85c-706b-b97e-0071d41bb937"),
});

export const RevocationFeedLine = fieldsOf({
  cursor: toldText("Where the reader goes on, as `after`", "5f2b9d0c-8a71-4e6f-93ab-1c2d3e4f5061_42"),
  at: toldCount("Milliseconds between the request and what this line tells of", 250),
  reset: toldDone("The position is unknown: nothing that was reused before counts").optional(),
  changed: toldTexts(
    "Ids of sessions, people, keys and organizations of which something changed",
    "ses_0d1e2f3a4b5c6d7e8f90a1b2c3d4e5f6",
  ).optional(),
});
