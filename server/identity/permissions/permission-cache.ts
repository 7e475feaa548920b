import type { Clock } from "../../platform/clock.ts";
import type { CatalogueCache } from "../catalogue/catalogue.ts";
import { serviceOf } from "../catalogue/catalogue.ts";
import type { AuthDatabase } from "../database/store.ts";
import { isPlatformBypass } from "../organizations/authority.ts";
import { accessibleServices, evaluatePermissions, type Evaluation } from "./evaluate.ts";
import { loadGrants } from "./store.ts";

/** A member, or an organization itself, as just read from the database with the two versions. */
export interface PermissionSubject {
  readonly organizationId: string;
  readonly organizationKind: string;
  readonly userId: string | undefined;
  readonly role: string | undefined;
  readonly catalogVersion: bigint;
  readonly organizationVersion: bigint;
}

/** Evaluated permissions, kept for as long as neither version moves and no grant ends. */
export interface PermissionCache {
  /** Of a member, sorted. */
  readonly ofMember: (subject: PermissionSubject) => Promise<Evaluation>;
  /** Those of the wanted permissions that the organization may use at all. */
  readonly withinAccess: (subject: PermissionSubject, wanted: readonly string[]) => Promise<Evaluation>;
}

interface Kept extends Evaluation {
  readonly role: string | undefined;
  readonly catalogVersion: bigint;
  readonly organizationVersion: bigint;
  readonly access: ReadonlySet<string>;
}

const maxKept = 20_000;

export const createPermissionCache = (db: AuthDatabase, catalogues: CatalogueCache, clock: Clock): PermissionCache => {
  const kept = new Map<string, Kept>();

  const evaluate = async (subject: PermissionSubject): Promise<Kept> => {
    const { organizationId, userId, role, catalogVersion, organizationVersion } = subject;
    const [catalogue, grants] = await Promise.all([
      catalogues.atLeast(catalogVersion),
      loadGrants(db, organizationId, userId),
    ]);
    const now = new Date(clock.now());
    const bypass = isPlatformBypass(role, subject.organizationKind);
    const evaluation =
      role === undefined
        ? { permissions: [], until: Infinity }
        : evaluatePermissions({ catalogue, role, bypass, grants, now });
    const ends = grants.serviceAccess.flatMap(({ expiresAt }) =>
      expiresAt && expiresAt > now ? [expiresAt.getTime()] : [],
    );
    const access = bypass ? new Set(catalogue.services.keys()) : accessibleServices(grants, now);
    return {
      ...evaluation,
      until: Math.min(evaluation.until, ...ends),
      access,
      role,
      catalogVersion,
      organizationVersion,
    };
  };

  const of = async (subject: PermissionSubject): Promise<Kept> => {
    const key = `${subject.organizationId} ${subject.userId ?? ""}`;
    const found = kept.get(key);
    if (
      found?.catalogVersion === subject.catalogVersion &&
      found.organizationVersion === subject.organizationVersion &&
      found.role === subject.role &&
      found.until > clock.now()
    ) {
      return found;
    }
    const fresh = await evaluate(subject);
    kept.delete(key);
    kept.set(key, fresh);
    const oldest = kept.size > maxKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return fresh;
  };

  return {
    ofMember: of,
    withinAccess: async (subject, wanted) => {
      const { access, until } = await of(subject);
      return { permissions: wanted.filter((permission) => access.has(serviceOf(permission))), until };
    },
  };
};
