import { fieldAt, listAt, optionalText, textAt } from "../../_auth-api/read-answer.ts";
import type { PageOf } from "../paged-list.tsx";

/** What operators decide about somebody who builds apps, in the order in which it happens. */
export const reviewStatuses = ["pending", "approved", "rejected", "suspended", "revoked"] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

/** Somebody who builds apps, or asked to. */
export interface Developer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: ReviewStatus;
  readonly workspace: string | undefined;
  readonly submissions: number;
  readonly notes: string;
  readonly createdAt: string;
  readonly reviewedAt: string | undefined;
}

const statusAt = (developer: unknown): ReviewStatus => {
  const found = fieldAt(developer, "status");
  return reviewStatuses.find((status) => status === found) ?? "pending";
};

const readDeveloper = (developer: unknown): Developer => {
  const email = textAt(developer, "email");
  const count = fieldAt(developer, "submissionCount");
  return {
    id: textAt(developer, "id"),
    name: optionalText(developer, "name") ?? email,
    email,
    status: statusAt(developer),
    workspace: optionalText(fieldAt(developer, "organization"), "name"),
    submissions: typeof count === "number" ? count : 0,
    notes: optionalText(developer, "notes") ?? "",
    createdAt: textAt(developer, "createdAt"),
    reviewedAt: optionalText(developer, "reviewedAt"),
  };
};

export const readDevelopers = (body: unknown): PageOf<Developer> => ({
  items: listAt(body, "developers", readDeveloper),
  nextAfter: optionalText(body, "nextAfter"),
});

/** What may follow a status; the last word is final. */
export const nextStatuses: Readonly<Record<ReviewStatus, readonly ReviewStatus[]>> = {
  pending: ["approved", "rejected", "suspended", "revoked"],
  approved: ["suspended", "revoked"],
  rejected: ["pending", "approved", "revoked"],
  suspended: ["approved", "revoked"],
  revoked: [],
};

/** What becomes of somebody by a status. */
export const statusMeans: Readonly<Record<ReviewStatus, string>> = {
  pending: "Looked at again; may build meanwhile.",
  approved: "May have apps registered.",
  rejected: "May build, and has no app registered.",
  suspended: "Workspace and apps are switched off until approved again.",
  revoked: "Workspace and apps are switched off for good.",
};
