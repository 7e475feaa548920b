/** What is needed of a SAML provider's metadata. */
export interface SamlMetadata {
  readonly entityId: string;
  readonly signInUrl: string;
  readonly certificates: string;
}

const metadata = "urn:oasis:names:tc:SAML:2.0:metadata";
const signatures = "http://www.w3.org/2000/09/xmldsig#";
const redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

const pemOf = (text: string): string =>
  `-----BEGIN CERTIFICATE-----\n${text.replaceAll(/\s+/g, "").replaceAll(/(.{64})(?=.)/g, "$1\n")}\n-----END CERTIFICATE-----`;

/** Reads a provider's metadata; undefined where it is none, or its provider takes no redirects. */
export const readSamlMetadata = (xml: string): SamlMetadata | undefined => {
  const read = new DOMParser().parseFromString(xml, "application/xml");
  const provider = read.getElementsByTagNameNS(metadata, "IDPSSODescriptor").item(0);
  const entityId = provider?.closest("[entityID]")?.getAttribute("entityID");
  if (!provider || !entityId) return undefined;
  const services = [...provider.getElementsByTagNameNS(metadata, "SingleSignOnService")];
  const signInUrl = services.find((each) => each.getAttribute("Binding") === redirect)?.getAttribute("Location");
  const certificates = [...provider.getElementsByTagNameNS(metadata, "KeyDescriptor")]
    .filter((key) => key.getAttribute("use") !== "encryption")
    .flatMap((key) => [...key.getElementsByTagNameNS(signatures, "X509Certificate")])
    .map((certificate) => pemOf(certificate.textContent));
  if (!signInUrl || certificates.length === 0) return undefined;
  return { entityId, signInUrl, certificates: [...new Set(certificates)].join("\n") };
};
