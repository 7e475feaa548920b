/** The status of a developer. */
export const developerStatuses = ["pending", "approved", "rejected", "suspended", "revoked"] as const;
export type DeveloperStatus = (typeof developerStatuses)[number];

const next: Readonly<Record<DeveloperStatus, readonly DeveloperStatus[]>> = {
  pending: ["approved", "rejected", "suspended", "revoked"],
  approved: ["suspended", "revoked"],
  rejected: ["pending", "approved", "revoked"],
  suspended: ["approved", "revoked"],
  revoked: [],
};

const known: ReadonlySet<string> = new Set(developerStatuses);
export const isDeveloperStatus = (text: string): text is DeveloperStatus => known.has(text);

/** Whether the one may follow the other; `revoked` is final. */
export const mayFollow = (from: DeveloperStatus, to: DeveloperStatus): boolean => next[from].includes(to);

/** What the workspace is while its developer has that status: one may build before being reviewed, and after a rejection. */
export const workspaceStatusOf = (status: DeveloperStatus): "active" | "suspended" | "revoked" =>
  status === "suspended" || status === "revoked" ? status : "active";
