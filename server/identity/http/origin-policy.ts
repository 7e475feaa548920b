import type { OriginRow } from "../catalogue/store-services.ts";
import type { AllowedOriginSetting } from "../identity-settings.ts";

/** An origin that may use Auth, with the service it serves, if it serves one. */
export interface AllowedOrigin {
  readonly serviceId: string | undefined;
}

export interface OriginPolicy {
  /** Undefined: the origin gets no grant. */
  readonly find: (origin: string, rows: readonly OriginRow[]) => AllowedOrigin | undefined;
}

interface CreateOriginPolicy {
  /** Auth's own. */
  readonly issuer: string;
  readonly configured: readonly AllowedOriginSetting[];
  readonly allowPreviews: boolean;
}

const matchesPages = (origin: string, project: string, previews: boolean): boolean => {
  const host = `${project}.pages.dev`;
  if (origin === `https://${host}`) return true;
  if (!previews || !origin.startsWith("https://") || !origin.endsWith(`.${host}`)) return false;
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(origin.slice("https://".length, -host.length - 1));
};

/** Compares scheme, host and port as one text; nothing is normalised, since browsers send one spelling. */
export const createOriginPolicy = ({ issuer, configured, allowPreviews }: CreateOriginPolicy): OriginPolicy => {
  const exact = new Map(configured.map(({ origin, serviceId }) => [origin, { serviceId }]));
  return {
    find: (origin, rows) => {
      if (origin === issuer) return { serviceId: undefined };
      const own = exact.get(origin);
      if (own) return own;
      const row = rows.find(({ origin: exactOrigin, pagesProject, allowPreviews: rowPreviews }) =>
        pagesProject === null
          ? exactOrigin === origin
          : matchesPages(origin, pagesProject, allowPreviews && rowPreviews),
      );
      return row && { serviceId: row.serviceId ?? undefined };
    },
  };
};
