/** What was seen of one part. */
export interface Finding {
  /** `none`: there is nothing to look at. */
  readonly state: "ok" | "bad" | "none";
  readonly name: string;
  readonly note: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const ok = (name: string, note: string): Finding => ({ state: "ok", name, note });
export const bad = (name: string, note: string, todo: string): Finding => ({ state: "bad", name, note, todo });
export const none = (name: string, note: string): Finding => ({ state: "none", name, note });
