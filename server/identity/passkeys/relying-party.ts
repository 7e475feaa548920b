/** Who passkeys are made for: a host name and what lies below it. */
export interface RelyingParty {
  /** The RP ID; a passkey is bound to it for good. */
  readonly id: string;
  readonly name: string;
  /** Whether pages of the origin may use the passkeys at all; allowed origins are narrower. */
  readonly covers: (origin: string) => boolean;
}

interface CreateRelyingParty {
  readonly issuer: string;
  /** The issuer's host name by default, for example the domain all apps share. */
  readonly rpId: string | undefined;
}

const isWithin = (host: string, rpId: string): boolean => host === rpId || host.endsWith(`.${rpId}`);

/** Throws where the issuer itself could not use the passkeys. */
export const createRelyingParty = ({ issuer, rpId }: CreateRelyingParty): RelyingParty => {
  const { hostname } = new URL(issuer);
  const id = rpId ?? hostname;
  // A whole top-level domain is nobody's own.
  if (!isWithin(hostname, id) || (id !== hostname && !id.includes(".")))
    throw new Error(`The RP ID of passkeys must be ${hostname} or a domain it lies in`);
  return {
    id,
    name: "Topolo",
    covers: (origin) => {
      const url = URL.parse(origin);
      if (url === null || url.origin !== origin || !isWithin(url.hostname, id)) return false;
      return url.protocol === "https:" || (url.protocol === "http:" && url.hostname === "localhost");
    },
  };
};
