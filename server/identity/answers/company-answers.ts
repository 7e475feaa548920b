import { z } from "zod";
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
  orNull,
} from "./answer-fields.ts";

const lastUsed = (what: string) =>
  orNull(toldTime(`When ${what} was last used`), `When ${what} was last used; null: never`);

const directoryRole = (description: string) => toldWord(description, ["super_admin", "admin", "member", "guest"]);
export const DirectoryAnswer = fieldsOf({
  organizationId: ids.organization("The organization"),
  scimUrl: toldText("Where a directory writes people, by SCIM 2.0", "http://localhost:3001/scim/v2"),
  defaultRole: directoryRole("The role of people in no group that has one"),
  maxRole: directoryRole("No group gives more than this role"),
  groupRoles: toldList(
    "Which groups give which role",
    fieldsOf({
      group: toldText("The group's name in the directory", "Engineers"),
      role: directoryRole("The role it gives"),
    }),
  ),
  groups: toldList(
    "The groups that the directory has written",
    fieldsOf({
      name: toldText("The group's name in the directory", "Engineers"),
      members: toldCount("How many people are in it", 12),
    }),
  ),
});

const scimToken = {
  id: toldText("The token's id", "sct_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  name: toldText("What the token was called", "Entra ID"),
  last4: toldText("The token's last four characters", "x7Qp"),
  createdBy: ids.user("Who made it"),
  createdByName: orNull(
    toldText("Who made it, by name", "Ann Example"),
    "Who made it, by name; null: the account is gone",
  ),
  createdAt: toldTime("When the token was made"),
  lastUsedAt: lastUsed("the token"),
};
export const ScimTokensAnswer = fieldsOf({
  tokens: toldList("Live tokens of the directory", fieldsOf(scimToken)),
});
export const CreatedScimTokenAnswer = fieldsOf({
  ...scimToken,
  token: toldText("The token itself, shown once", "scim_4w5kE0n2c1oQk1m6s9tq8u3v7x0y2z4A6B8C0D2E4F6"),
  baseUrl: toldText("The address that the directory is told", "http://localhost:3001/scim/v2"),
});
export const RevokedScimTokenAnswer = fieldsOf({
  id: scimToken.id,
  revoked: toldDone("The token works no more"),
});

export const DomainAnswer = fieldsOf({
  id: toldText("The claim's id", "dom_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  domain: toldText("The domain", "example.org"),
  status: toldWord("`pending` until its DNS says so, `missing` when it says so no more", [
    "verified",
    "pending",
    "missing",
  ]),
  record: fieldsOf({
    type: z.literal("TXT").meta({ description: "The kind of DNS record", examples: ["TXT"] }),
    name: toldText("Where the record has to be", "_topolo.example.org"),
    value: toldText("What the record has to say", "topolo-domain-verification=4w5kE0n2"),
  }).meta({ description: "The DNS record that shows whose the domain is" }),
  verifiedAt: orNull(
    toldTime("Since when the domain is the organization's"),
    "Since when the domain is the organization's; null: not yet",
  ),
  checkedAt: orNull(toldTime("When its DNS was last asked"), "When its DNS was last asked; null: never"),
  missingSince: orNull(
    toldTime("Since when the record is missing"),
    "Since when the record is missing; null: it is there, or was not found yet",
  ),
});
export const DomainsAnswer = fieldsOf({
  domains: toldList("Domains that the organization claims", DomainAnswer),
});
export const RemovedDomainAnswer = fieldsOf({
  id: toldText("The claim that was given up", "dom_1a2b3c4d5e6f708192a3b4c5d6e7f809"),
  removed: toldDone("The domain is the organization's no more"),
});

const signInSettings = {
  enforced: toldFlag("Whether members with an address of a verified domain have to sign in there"),
  joinOnSignIn: toldFlag("Whether somebody new becomes a member with the default role"),
  updatedAt: toldTime("When the settings were last changed"),
};
export const OrganizationSignInAnswer = fieldsOf({
  organizationId: ids.organization("The organization"),
  signIn: orNull(
    z.discriminatedUnion("kind", [
      fieldsOf({
        kind: z.literal("oidc").meta({ description: "An OpenID provider", examples: ["oidc"] }),
        ...signInSettings,
        issuer: toldText("The provider's issuer", "https://login.example.org"),
        clientId: orNull(toldText("Our client id there", "topolo"), "Our client id there; null: none is known"),
        hasClientSecret: toldFlag("Whether a client secret is kept; it is never shown"),
      }),
      fieldsOf({
        kind: z.literal("saml").meta({ description: "A SAML 2.0 provider", examples: ["saml"] }),
        ...signInSettings,
        entityId: toldText("The provider's entity id", "https://idp.example.org/saml"),
        signInUrl: orNull(
          toldText("Where requests are sent", "https://idp.example.org/sso"),
          "Where requests are sent; null: none is known",
        ),
        certificates: toldTexts(
          "Certificates of the provider's signatures, in PEM form",
          "-----BEGIN CERTIFICATE-----",
        ),
      }),
    ]),
    "The organization's own provider; null: its people sign in as everybody does",
  ),
  startUrl: toldText(
    "Where a sign-in at the provider begins",
    "http://localhost:3001/organization-sign-in/org_topolo/start",
  ),
  redirectUri: toldText(
    "Where an OpenID provider sends people back",
    "http://localhost:3001/organization-sign-in/org_topolo/callback",
  ),
  acsUrl: toldText(
    "Where a SAML provider posts its answer",
    "http://localhost:3001/organization-sign-in/org_topolo/acs",
  ),
  entityId: toldText("Our entity id for a SAML provider", "http://localhost:3001/organization-sign-in/org_topolo"),
  metadataUrl: toldText("Our SAML metadata", "http://localhost:3001/organization-sign-in/org_topolo/metadata"),
});

export const UnregisteredAppsAnswer = fieldsOf({
  organizationId: ids.organization("The organization"),
  policy: toldWord("Which apps without a registration act for its people", ["refused", "listed", "allowed"]),
  hosts: toldTexts("Hosts whose apps are let in; with `listed` alone", "app.example.com"),
  available: toldFlag("Whether the installation lets in any such app at all"),
});
