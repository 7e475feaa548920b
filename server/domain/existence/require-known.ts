import type { Directory, Question } from "./directory.ts";
import { unknownThing } from "./unknown-thing.ts";

const whats = {
  organization: "an organization",
  app: "a registered app",
  user: "an active member of the organization",
  key: "an API key or service token of the organization",
} as const satisfies Record<Question["kind"], string>;

/** Throws INVALID_INPUT for the field where Auth knows nothing of that id, and AUTH_UNAVAILABLE where it cannot be asked. */
export const requireKnown = async (directory: Directory, question: Question, field: string): Promise<void> => {
  const answer = await directory.lookUp(question);
  if (answer.found) return;
  throw unknownThing({ field, what: whats[question.kind], asked: question.id, others: answer.others });
};
