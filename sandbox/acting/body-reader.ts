import type { z } from "zod";
import type { JsonRefusal } from "./json-emulator.ts";

/** Reads a body of the wanted form; what is not, is refused with its field before anything is done or kept. */
export const bodyReader =
  (refuse: (field: string) => JsonRefusal) =>
  <T>(shape: z.ZodType<T>, body: unknown): T => {
    const read = shape.safeParse(body);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const inside = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    throw refuse([...(issue?.path ?? []), ...inside].map(String).join("."));
  };
