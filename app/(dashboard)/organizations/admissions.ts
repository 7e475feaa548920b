import { fieldAt, listAt, optionalText, textAt } from "../../(identity)/_api/read-answer.ts";

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

export interface OrganizationPage {
  readonly organizations: readonly OrganizationAdmission[];
  /** Where the next page begins; undefined: this was the last. */
  readonly nextAfter: string | undefined;
}

export const readOrganizations = (body: unknown): OrganizationPage => ({
  organizations: listAt(body, "organizations", (organization) => ({
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
