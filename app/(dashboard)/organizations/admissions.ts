import { fieldAt, listAt, optionalText, textAt } from "../../_auth-api/read-answer.ts";
import type { PageOf } from "../paged-list.tsx";

/** An organization as operators see it. */
export interface OrganizationAdmission {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Its people cannot take the admission of the platform's own organization back. */
  readonly isPlatform: boolean;
  readonly createdAt: string;
  /** When it was admitted; undefined: it waits. */
  readonly admittedAt: string | undefined;
  /** Nano-USD a month; undefined: no limit. */
  readonly limitNanos: string | undefined;
}

export const readOrganizations = (body: unknown): PageOf<OrganizationAdmission> => ({
  items: listAt(body, "organizations", (organization) => ({
    id: textAt(organization, "id"),
    slug: textAt(organization, "slug"),
    name: textAt(organization, "name"),
    isPlatform: fieldAt(organization, "kind") === "admin",
    createdAt: textAt(organization, "createdAt"),
    admittedAt: optionalText(organization, "admittedAt"),
    limitNanos: optionalText(organization, "admissionLimitNanos"),
  })),
  nextAfter: optionalText(body, "nextAfter"),
});

export const admissionPath = (id: string): string => `/api/organizations/${encodeURIComponent(id)}/admission`;
