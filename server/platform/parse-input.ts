import type { z } from "zod";
import { NexusError } from "../errors.ts";
import { fieldIssues } from "./field-issues.ts";

/** The parsed input, or INVALID_INPUT naming the fields: never their values. */
export const parseInput = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new NexusError("INVALID_INPUT", { issues: fieldIssues(parsed.error.issues) });
};
