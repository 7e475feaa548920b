import type { Deps } from "../../platform/deps.ts";

/** Something that exists, by its id and by the other names people know it under. */
export interface Known {
  readonly id: string;
  readonly names: readonly string[];
}

/** What may be asked for; users and keys belong to an organization. */
export type Question =
  | { readonly kind: "organization" | "app"; readonly id: string }
  | { readonly kind: "user" | "key"; readonly id: string; readonly organizationId: string };

/** The answer; where there is nothing of that id, what the asker may know of that kind. */
export type LookedUp = { readonly found: true } | { readonly found: false; readonly others: readonly Known[] };

/** What exists at Topolo Auth. Throws AUTH_UNAVAILABLE where Auth cannot be asked: that is never a yes. */
export interface Directory {
  readonly lookUp: (question: Question) => Promise<LookedUp>;
  /** What people call members and keys of an organization, by id; without those that are not known any more. */
  readonly namesOf: (asked: AskedNames) => Promise<ReadonlyMap<string, string>>;
}

/** Ids whose names are asked for. */
export interface AskedNames {
  readonly organizationId: string;
  readonly users: readonly string[];
  readonly keys: readonly string[];
}

/** What verbs need that name things of Auth. */
export interface DirectoryDeps extends Deps {
  readonly directory: Directory;
}
