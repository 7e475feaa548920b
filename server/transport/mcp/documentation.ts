import { z } from "zod";

/** A place of the documentation that says what was looked for. */
export const DocumentationPlace = z.object({
  kind: z.enum(["page", "heading", "text"]).describe("What says it"),
  text: z.string().describe("What it says there"),
  address: z.string().describe("Pass it to read_docs_page"),
});
export type DocumentationPlace = z.infer<typeof DocumentationPlace>;

/** The pages under `/docs`, wherever they are served. Throws OVERLOADED while they start, NOT_FOUND where there are none. */
export interface Documentation {
  /** The best places first. */
  readonly search: (query: string, signal: AbortSignal) => Promise<readonly DocumentationPlace[]>;
  /** A page as Markdown, by its address without anchor; undefined where there is none. */
  readonly page: (address: string, signal: AbortSignal) => Promise<string | undefined>;
}
