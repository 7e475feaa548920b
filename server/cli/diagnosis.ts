/** What was seen of one part. */
export interface Diagnosis {
  /** `none`: there is nothing to look at. */
  readonly state: "ok" | "bad" | "none";
  readonly name: string;
  readonly note: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const ok = (name: string, note: string): Diagnosis => ({ state: "ok", name, note });
export const bad = (name: string, note: string, todo: string): Diagnosis => ({ state: "bad", name, note, todo });
export const none = (name: string, note: string): Diagnosis => ({ state: "none", name, note });
