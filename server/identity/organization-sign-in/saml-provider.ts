import type { CacheProvider, SAML } from "@node-saml/node-saml";
import { z } from "zod";
import { asPlainlySeen } from "../../platform/display-name.ts";
import { AuthError } from "../auth-error.ts";
import { normalizeEmail } from "../users/email-address.ts";
import type { AssertedIdentity } from "./asserted-identity.ts";
import { samlPlaces } from "./flow.ts";
import type { SignInSettingsRow } from "./store.ts";

/** Ten megabytes of XML, held from the first sign-in by SAML on. */
const openLibrary = () => import("@node-saml/node-saml");

const skewMs = 60_000;
const maxAgeMs = 10 * 60_000;

interface SamlOf {
  readonly settings: SignInSettingsRow;
  readonly issuer: string;
  readonly requestId: string;
  /** When that request was made; undefined where it is none of ours, or was answered. */
  readonly requested: (requestId: string) => Promise<Date | undefined>;
}

const samlOf = async ({ settings, issuer, requestId, requested }: SamlOf): Promise<SAML> => {
  const { SAML: Saml, ValidateInResponseTo } = await openLibrary();
  const { acsUrl, entityId } = samlPlaces(issuer, settings.organization_id);
  const cacheProvider: CacheProvider = {
    saveAsync: (_, value) => Promise.resolve({ value, createdAt: Date.now() }),
    getAsync: async (key) => (await requested(key))?.toISOString() ?? null,
    removeAsync: (key) => Promise.resolve(key),
  };
  return new Saml({
    callbackUrl: acsUrl,
    issuer: entityId,
    audience: entityId,
    entryPoint: settings.entry_point ?? "",
    idpCert: [...settings.certificates],
    idpIssuer: settings.issuer,
    wantAssertionsSigned: true,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.always,
    cacheProvider,
    acceptedClockSkewMs: skewMs,
    maxAssertionAgeMs: maxAgeMs,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    signatureAlgorithm: "sha256",
    generateUniqueId: () => requestId,
  });
};

/** Where the browser goes with its request. */
export const samlRequestUrl = async (
  settings: SignInSettingsRow,
  {
    issuer,
    requestId,
    relayState,
  }: { readonly issuer: string; readonly requestId: string; readonly relayState: string },
): Promise<URL> => {
  const saml = await samlOf({ settings, issuer, requestId, requested: () => Promise.resolve(undefined) });
  return new URL(await saml.getAuthorizeUrlAsync(relayState, undefined, {}));
};

/** What a provider reads of us, where it takes metadata. */
export const samlMetadata = async (issuer: string, organizationId: string): Promise<string> => {
  const { generateServiceProviderMetadata } = await openLibrary();
  const { acsUrl, entityId } = samlPlaces(issuer, organizationId);
  return generateServiceProviderMetadata({
    issuer: entityId,
    callbackUrl: acsUrl,
    wantAssertionsSigned: true,
    identifierFormat: null,
    generateUniqueId: () => `_${organizationId}`,
  });
};

/** What the library leaves unread of the signed assertion: who it was made for, and for which request. */
const Confirmed = z.object({
  Assertion: z.object({
    Subject: z.tuple([
      z.object({
        SubjectConfirmation: z.tuple([
          z.object({
            $: z.object({ Method: z.literal("urn:oasis:names:tc:SAML:2.0:cm:bearer") }),
            SubjectConfirmationData: z.tuple([
              z.object({
                $: z.object({ Recipient: z.string(), InResponseTo: z.string(), NotOnOrAfter: z.string().max(40) }),
              }),
            ]),
          }),
        ]),
      }),
    ]),
  }),
});

const maxReason = 200;

/** The reason is for whoever sets the sign-in up; it is told to nobody else. */
const refused = (reason: string): AuthError =>
  new AuthError("federated_failed", { message: `The provider's answer was refused: ${reason.slice(0, maxReason)}` });

const confirmationOf = (assertion: unknown) => {
  const read = Confirmed.safeParse(assertion);
  if (!read.success)
    throw refused("its SubjectConfirmation is not one for a bearer, with Recipient, InResponseTo and NotOnOrAfter");
  return read.data.Assertion.Subject[0].SubjectConfirmation[0].SubjectConfirmationData[0].$;
};

const emailNames = [
  "email",
  "mail",
  "emailAddress",
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
  "urn:oid:0.9.2342.19200300.100.1.3",
];
const nameNames = [
  "displayName",
  "name",
  "http://schemas.microsoft.com/identity/claims/displayname",
  "urn:oid:2.16.840.1.113730.3.1.241",
];

const textIn = (attributes: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined => {
  const found = names.map((name) => attributes[name]).find((value) => value !== undefined);
  const one: unknown = Array.isArray(found) ? found[0] : found;
  return typeof one === "string" && one.trim() !== "" ? one.trim() : undefined;
};

const transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";

// A document type can define entities; a signature by SHA-1, or by a key that both sides have, is none.
const refusedText = /<!DOCTYPE|<!ENTITY|xmldsig#(?:rsa-|dsa-|hmac-)?sha1|xmldsig-more#hmac|EncryptedAssertion/i;

const maxResponse = 60_000;

const checkText = (response: string): void => {
  const xml = Buffer.from(response, "base64").toString("utf8");
  if (response.length > maxResponse || !xml.isWellFormed() || xml.includes("\0") || refusedText.test(xml))
    throw refused("it is too long, is encrypted, has a document type, or a signature by SHA-1");
};

interface ReadAnswer {
  readonly settings: SignInSettingsRow;
  readonly issuer: string;
  readonly response: string;
  readonly requested: (requestId: string) => Promise<Date | undefined>;
  readonly now: Date;
}

/**
 * Who a SAML answer names: only from an assertion that the provider has signed, for us, for a request of ours that is open.
 * Times are also compared with our own clock.
 */
export const readSamlAnswer = async ({
  settings,
  issuer,
  response,
  requested,
  now,
}: ReadAnswer): Promise<{ readonly requestId: string; readonly identity: AssertedIdentity }> => {
  checkText(response);
  const saml = await samlOf({ settings, issuer, requestId: "", requested });
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response }).catch((error: unknown) => {
    throw refused(error instanceof Error ? error.message : "not readable");
  });
  if (!profile || profile.issuer !== settings.issuer) throw refused("it comes from another entity id");
  const confirmation = confirmationOf(profile.getAssertion?.());
  const { acsUrl } = samlPlaces(issuer, settings.organization_id);
  if (confirmation.Recipient !== acsUrl || (await requested(confirmation.InResponseTo)) === undefined)
    throw refused("it was made for another address, or answers no open request");
  // A time that is none is no later than any.
  if (!(new Date(confirmation.NotOnOrAfter).getTime() + skewMs > now.getTime())) throw refused("it is too old");
  const attributes = z.record(z.string(), z.unknown()).catch({}).parse(profile["attributes"]);
  const subject = profile.nameID;
  if (subject === undefined || subject === "" || subject.length > 500 || profile.nameIDFormat === transient)
    throw refused("it has no lasting NameID");
  const email = normalizeEmail(textIn(attributes, emailNames) ?? subject);
  if (email === undefined) throw new AuthError("email_unverified");
  const name = asPlainlySeen(textIn(attributes, nameNames) ?? "");
  return { requestId: confirmation.InResponseTo, identity: { subject, email, name } };
};
