import { fieldAt, flagAt, listAt, optionalText, textAt } from "../../../../_auth-api/read-answer.ts";

export interface Me {
  readonly email: string;
  readonly emailVerified: boolean;
  readonly name: string;
}

export interface SecondFactors {
  readonly required: boolean;
  /** When the authenticator app was confirmed; undefined: there is none. */
  readonly totpConfirmedAt: string | undefined;
  readonly passkeys: number;
  readonly recoveryCodesLeft: number;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | undefined;
  readonly backedUp: boolean;
}

export interface Identity {
  readonly provider: string;
  readonly email: string | undefined;
  readonly linkedAt: string;
}

/** An app of somebody else, or a program, that was let in. */
export interface ConnectedApp {
  readonly clientId: string;
  readonly name: string;
  /** It has no registration: its name is the host of its address, which its id is. */
  readonly unregistered: boolean;
  /** What it may do, in words. */
  readonly allowances: readonly string[];
  readonly grantedAt: string;
  readonly lastUsedAt: string | undefined;
}

export interface OwnSession {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly ip: string | undefined;
  readonly userAgent: string | undefined;
  readonly amr: readonly string[];
}

const numberAt = (answer: unknown, name: string): number => {
  const found = fieldAt(answer, name);
  return typeof found === "number" ? found : 0;
};

export const readMe = (body: unknown): Me => {
  const user = fieldAt(body, "user");
  return { email: textAt(user, "email"), emailVerified: flagAt(user, "emailVerified"), name: textAt(user, "name") };
};

export const readSecondFactors = (body: unknown): SecondFactors => ({
  required: flagAt(body, "required"),
  totpConfirmedAt: optionalText(fieldAt(body, "totp"), "confirmedAt"),
  passkeys: numberAt(body, "passkeys"),
  recoveryCodesLeft: numberAt(body, "recoveryCodesLeft"),
});

export const readPasskeys = (body: unknown): readonly Passkey[] =>
  listAt(body, "passkeys", (passkey) => ({
    id: textAt(passkey, "id"),
    name: textAt(passkey, "name"),
    createdAt: textAt(passkey, "createdAt"),
    lastUsedAt: optionalText(passkey, "lastUsedAt"),
    backedUp: flagAt(passkey, "backedUp"),
  }));

export const readIdentities = (body: unknown): readonly Identity[] =>
  listAt(body, "identities", (identity) => ({
    provider: textAt(identity, "provider"),
    email: optionalText(identity, "email"),
    linkedAt: textAt(identity, "linkedAt"),
  }));

export const readProviders = (body: unknown): readonly { readonly id: string; readonly name: string }[] =>
  listAt(body, "providers", (provider) => ({ id: textAt(provider, "id"), name: textAt(provider, "name") }));

export const readConnectedApps = (body: unknown): readonly ConnectedApp[] =>
  listAt(body, "consents", (consent) => ({
    clientId: textAt(consent, "clientId"),
    name: textAt(consent, "name"),
    unregistered: optionalText(consent, "host") !== undefined,
    allowances: [
      ...listAt(consent, "scopes", (scope) => {
        const service = optionalText(fieldAt(scope, "service"), "name");
        return service === undefined ? textAt(scope, "description") : `${textAt(scope, "description")} (${service})`;
      }),
      ...listAt(
        consent,
        "services",
        (service) => `Act for you in ${textAt(service, "name")}, with all that you may do there`,
      ),
    ],
    grantedAt: textAt(consent, "grantedAt"),
    lastUsedAt: optionalText(consent, "lastUsedAt"),
  }));

export const readSessions = (body: unknown): readonly OwnSession[] =>
  listAt(body, "sessions", (session) => ({
    id: textAt(session, "id"),
    current: flagAt(session, "current"),
    createdAt: textAt(session, "createdAt"),
    lastSeenAt: textAt(session, "lastSeenAt"),
    ip: optionalText(session, "ip"),
    userAgent: optionalText(session, "userAgent"),
    amr: listAt(session, "amr", String),
  }));

/** Codes that are shown this once; none where the earlier ones still count. */
export const readRecoveryCodes = (body: unknown): readonly string[] => listAt(body, "recoveryCodes", String);
