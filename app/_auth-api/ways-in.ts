import { describeDevice } from "./describe-device.ts";
import { askAuth } from "./ask-auth.ts";
import { fieldAt, flagAt, listAt, optionalText, textAt } from "./read-answer.ts";

/** One way into an account, in words. */
export interface WayIn {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
}

/** Ways of one kind. */
export interface WaysOfKind {
  readonly kind: string;
  readonly ways: readonly WayIn[];
}

export interface WaysIn {
  readonly hasPassword: boolean;
  /** Kinds of which there is none are left out. */
  readonly others: readonly WaysOfKind[];
  /** Keys of organizations that the person made. */
  readonly organizationKeys: number;
}

const dayOf = (item: unknown, name: string): string => {
  const at = optionalText(item, name);
  return at === undefined ? "never" : new Date(at).toLocaleDateString(undefined, { dateStyle: "medium" });
};

const used = (item: unknown): string => `last used: ${dayOf(item, "lastUsedAt")}`;

const readPasskey = (item: unknown): WayIn => ({
  id: textAt(item, "id"),
  title: textAt(item, "name"),
  detail: `Made ${dayOf(item, "createdAt")}, ${used(item)}`,
});

const providerNames: Readonly<Record<string, string>> = { google: "Google", microsoft: "Microsoft", github: "GitHub" };

const readIdentity = (item: unknown): WayIn => {
  const provider = textAt(item, "provider");
  const name = Object.hasOwn(providerNames, provider) ? (providerNames[provider] ?? provider) : provider;
  const email = optionalText(item, "email");
  return {
    id: provider,
    title: email === undefined ? name : `${name}: ${email}`,
    detail: `Linked ${dayOf(item, "linkedAt")}, ${used(item)}`,
  };
};

const readKey = (item: unknown): WayIn => {
  const organization = textAt(item, "organizationName");
  const whose = textAt(item, "owner") === "organization" ? `Key of ${organization}` : `Your key in ${organization}`;
  return {
    id: textAt(item, "id"),
    title: `${textAt(item, "name")} (…${textAt(item, "last4")})`,
    detail: `${whose}, made ${dayOf(item, "createdAt")}, ${used(item)}`,
  };
};

const readApp = (item: unknown): WayIn => ({
  id: textAt(item, "clientId"),
  title: textAt(item, "name"),
  detail: `Connected ${dayOf(item, "grantedAt")}, ${used(item)}`,
});

const readDevice = (item: unknown): WayIn => ({
  id: `${textAt(item, "clientId")} ${textAt(item, "sessionId")}`,
  title: textAt(item, "name"),
  detail: `Connected ${dayOf(item, "connectedAt")}`,
});

const readSession = (item: unknown): WayIn => {
  const ip = optionalText(item, "ip");
  return {
    id: textAt(item, "id"),
    title: describeDevice(optionalText(item, "userAgent")),
    detail: `Signed in ${dayOf(item, "createdAt")}${ip === undefined ? "" : ` from ${ip}`}, last seen: ${dayOf(item, "lastSeenAt")}`,
  };
};

const readAuthenticator = (body: unknown): readonly WayIn[] => {
  const authenticator = fieldAt(body, "authenticator");
  const codes = Number(fieldAt(body, "recoveryCodesLeft") ?? 0);
  return [
    ...(optionalText(authenticator, "confirmedAt") === undefined
      ? []
      : [{ id: "totp", title: "Authenticator app", detail: `Set up ${dayOf(authenticator, "confirmedAt")}` }]),
    ...(codes > 0 ? [{ id: "codes", title: "Recovery codes", detail: `${codes} left` }] : []),
  ];
};

const isOther = (item: unknown): boolean => !flagAt(item, "current");
const isOfOrganization = (item: unknown): boolean => optionalText(item, "owner") === "organization";
const asIs = (item: unknown): unknown => item;

export const fetchWaysIn = async (): Promise<WaysIn> => {
  const { body } = await askAuth("GET", "/api/me/ways-in");
  const others: readonly WaysOfKind[] = [
    { kind: "Passkeys", ways: listAt(body, "passkeys", readPasskey) },
    { kind: "Second factor", ways: readAuthenticator(body) },
    { kind: "Accounts of other services", ways: listAt(body, "identities", readIdentity) },
    { kind: "API keys", ways: listAt(body, "apiKeys", readKey) },
    { kind: "Connected apps", ways: listAt(body, "connectedApps", readApp) },
    { kind: "Devices and programs", ways: listAt(body, "devices", readDevice) },
    { kind: "Other sessions", ways: listAt(body, "sessions", asIs).filter(isOther).map(readSession) },
  ];
  return {
    hasPassword: flagAt(body, "password"),
    others: others.filter(({ ways }) => ways.length > 0),
    organizationKeys: listAt(body, "apiKeys", asIs).filter(isOfOrganization).length,
  };
};

/** Drops all of them but the password and the session of this browser. */
export const sendWaysInDrop = async (organizationKeys: boolean): Promise<void> => {
  await askAuth("POST", "/api/me/ways-in/drop", { organizationKeys });
};
