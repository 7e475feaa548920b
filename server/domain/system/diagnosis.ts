import { z } from "zod";

/** What was seen of one part. */
export const Diagnosis = z.object({
  state: z.enum(["ok", "bad", "none"]).describe("`none`: there is nothing to look at"),
  name: z.string().describe("The part"),
  note: z.string().describe("What was seen"),
  todo: z.string().optional().describe("What to do about it"),
});
export type Diagnosis = Readonly<z.output<typeof Diagnosis>>;

export const ok = (name: string, note: string): Diagnosis => ({ state: "ok", name, note });
export const bad = (name: string, note: string, todo: string): Diagnosis => ({ state: "bad", name, note, todo });
export const none = (name: string, note: string): Diagnosis => ({ state: "none", name, note });
