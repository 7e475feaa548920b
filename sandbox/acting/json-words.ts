import type { ActingWords } from "./act-once.ts";
import type { ActingAnswer } from "./key-store.ts";
import { withoutIds } from "./without-id.ts";

type Own = Omit<ActingWords, "headers" | "withoutField" | "withoutId" | "keepsFailures">;

interface JsonWords extends Own {
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
}

const soon = (answer: ActingAnswer): ActingAnswer => ({
  status: answer.status,
  body: answer.body,
  headers: { "retry-after": "1" },
});

/**
 * The words of a vendor with a JSON API that keeps no failure under a key, and says when to come back; what is answered by
 * something that does not know the vendor's errors is the same before all of them.
 */
export const jsonWords = ({ headers, rateLimited, ...own }: JsonWords): ActingWords => ({
  ...own,
  headers: () => headers,
  rateLimited: soon(rateLimited),
  withoutField: { status: 400, body: JSON.stringify({ message: "Bad request" }) },
  withoutId: withoutIds,
  keepsFailures: false,
});
