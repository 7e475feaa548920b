import type { WireResponse } from "../contracts/vendor-call.ts";
import { EgressError, type EgressAttempt } from "../platform/egress/index.ts";
import type { AttemptRequest, Egress } from "../platform/egress/index.ts";

interface Downloads {
  readonly download: (url: string) => Promise<WireResponse>;
  readonly close: () => void;
}

const mostAddressBytes = 4_096;

/** What an address asks for below its origin; it is taken as it stands, since some of them are signed. */
const placeOf = (url: string): { readonly origin: string; readonly path: string } => {
  const parsed = url.length > mostAddressBytes ? null : URL.parse(url);
  if (parsed === null || parsed.username !== "" || parsed.password !== "" || parsed.hash !== "")
    throw new EgressError("request_invalid", { sent: true });
  return { origin: parsed.origin, path: parsed.pathname + parsed.search };
};

/**
 * Fetches what a vendor made from where it keeps it: through the same guard as every other request, over connections that
 * no credential was ever sent on, and without following redirects.
 */
export const openDownloads = (
  egress: Pick<Egress, "attempt">,
  attempt: Omit<AttemptRequest, "baseUrl" | "credentialId" | "credentialVersion">,
): Downloads => {
  const open: EgressAttempt[] = [];
  return {
    download: async (url) => {
      const { origin, path } = placeOf(url);
      const asked = egress.attempt({ ...attempt, baseUrl: origin, credentialId: "none", credentialVersion: 0 });
      open.push(asked);
      return asked.get(path);
    },
    close() {
      for (const one of open) one.close();
    },
  };
};
