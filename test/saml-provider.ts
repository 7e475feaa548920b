import { inflateRawSync } from "node:zlib";
import * as samlify from "samlify";
import { createSelfSigned } from "./self-signed.ts";

/** What an answer says, where it differs from what it should. */
export interface AnswerChanges {
  readonly issuer?: string;
  readonly audience?: string;
  readonly recipient?: string;
  readonly inResponseTo?: string;
  readonly notBefore?: Date;
  readonly notOnOrAfter?: Date;
  readonly nameIdFormat?: string;
}

/** An independent SAML identity provider, in which anybody can be signed in. */
export interface SamlProvider {
  readonly entityId: string;
  readonly signInUrl: string;
  readonly certificate: string;
  /** The XML of a signed answer to the request in an address. */
  readonly answer: (requestUrl: string, nameId: string, changes?: AnswerChanges) => Promise<string>;
}

samlify.setSchemaValidator({ validate: () => Promise.resolve("not validated") });

const attributeOf = (xml: string, name: string): string => {
  const found = new RegExp(`\\b${name}="([^"]+)"`).exec(xml)?.[1];
  if (found === undefined) throw new Error(`no ${name} in ${xml}`);
  return found;
};

/** The request that an address carries, as the provider reads it. */
export const samlRequestIn = (url: string): string =>
  inflateRawSync(Buffer.from(new URL(url).searchParams.get("SAMLRequest") ?? "", "base64")).toString("utf8");

export const createSamlProvider = (host: string, { cert, key } = createSelfSigned("rsa")): SamlProvider => {
  const entityId = `https://${host}/saml`;
  const signInUrl = `https://${host}/saml/sign-in`;
  const provider = samlify.IdentityProvider({
    entityID: entityId,
    privateKey: key,
    signingCert: cert,
    requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    nameIDFormat: ["urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"],
    singleSignOnService: [{ Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", Location: signInUrl }],
    loginResponseTemplate: { context: samlify.SamlLib.defaultLoginResponseTemplate.context, attributes: [] },
  });
  return {
    entityId,
    signInUrl,
    certificate: cert,
    answer: async (requestUrl, nameId, changes = {}) => {
      const request = samlRequestIn(requestUrl);
      const acs = attributeOf(request, "AssertionConsumerServiceURL");
      const id = attributeOf(request, "ID");
      const audience = /<saml:Issuer[^>]*>([^<]+)</.exec(request)?.[1] ?? "";
      const service = samlify.ServiceProvider({
        entityID: audience,
        wantAssertionsSigned: true,
        assertionConsumerService: [{ Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", Location: acs }],
      });
      const now = new Date();
      const end = (changes.notOnOrAfter ?? new Date(now.getTime() + 300_000)).toISOString();
      const replace = (template: string) => ({
        id,
        context: samlify.SamlLib.replaceTagsByValue(template, {
          ID: `_response-${id}`,
          AssertionID: `_assertion-${id}`,
          Destination: acs,
          Audience: changes.audience ?? audience,
          SubjectRecipient: changes.recipient ?? acs,
          Issuer: changes.issuer ?? entityId,
          IssueInstant: now.toISOString(),
          StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
          ConditionsNotBefore: (changes.notBefore ?? now).toISOString(),
          ConditionsNotOnOrAfter: end,
          SubjectConfirmationDataNotOnOrAfter: end,
          InResponseTo: changes.inResponseTo ?? id,
          NameIDFormat: changes.nameIdFormat ?? "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
          NameID: nameId,
          AuthnStatement: "",
          AttributeStatement: "",
        }),
      });
      const { context } = await provider.createLoginResponse(
        service,
        { extract: { request: { id } } },
        "post",
        {},
        replace,
      );
      return Buffer.from(context, "base64").toString("utf8");
    },
  };
};

/** What the provider reads in a service's metadata. */
export const serviceIn = (metadata: string) => {
  const { entityMeta } = samlify.ServiceProvider({ metadata });
  return {
    entityId: entityMeta.getEntityID(),
    acsUrl: entityMeta.getAssertionConsumerService("post"),
    wantsSignedAssertions: entityMeta.isWantAssertionsSigned(),
  };
};
