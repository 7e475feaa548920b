import { z } from "zod";
import { text } from "./parts.ts";

/** Searches of a request that does not say how many it may make. */
export const defaultSearches = 3;

/** What the search is called where it is chosen as a tool; no tool of the caller's may have this name beside it. */
export const searchToolName = "web_search";

/** The most searches that a request may make. */
export const maxSearches = 20;

const domains = z
  .array(
    z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9.-]+(\/[\w./*-]*)?$/, "a domain without https://, such as example.com"),
  )
  .min(1)
  .max(100);

/** What a model may look up on the web while it answers, by its vendor's own search. */
export const WebSearch = z
  .strictObject({
    maxUses: z
      .int()
      .min(1)
      .max(maxSearches)
      .optional()
      .describe(
        `Most searches; ${defaultSearches} where absent. Each may be billed, and what is found is input: what is held follows from both`,
      ),
    allowedDomains: domains.optional().describe("Only pages of these domains are found; not beside blockedDomains"),
    blockedDomains: domains.optional().describe("Pages of these domains are never found"),
    contextSize: z
      .enum(["low", "medium", "high"])
      .optional()
      .describe("How much of the pages found the model reads, at vendors that know it"),
    userLocation: z
      .strictObject({
        city: text(128).optional().describe("Such as Berlin"),
        region: text(128).optional().describe("A state or a region"),
        country: z
          .string()
          .regex(/^[A-Z]{2}$/, "two capital letters, such as DE")
          .optional()
          .describe("Two letters by ISO 3166-1"),
        timezone: text(64).optional().describe("Such as Europe/Berlin"),
      })
      .optional()
      .describe("Where the search is made from, roughly"),
  })
  .refine(({ allowedDomains, blockedDomains }) => allowedDomains === undefined || blockedDomains === undefined, {
    error: "absent beside allowedDomains",
    path: ["blockedDomains"],
  });
export type WebSearch = z.infer<typeof WebSearch>;

/** The most searches that a request makes; undefined where it searches nothing. */
export const searchesOf = (search: WebSearch | undefined): number | undefined =>
  search === undefined ? undefined : (search.maxUses ?? defaultSearches);

/** A page that an answer rests on. */
export const sourceFields = {
  id: z.string().describe("Tells the sources of an answer apart"),
  url: z.string().optional().describe("The page's address"),
  title: z.string().optional().describe("The page's title"),
};
export const Source = z.object(sourceFields);
export type Source = z.infer<typeof Source>;

/** What some words of an answer rest on. */
export const Citation = z.object({
  url: z.string().optional().describe("The page's address"),
  title: z.string().optional().describe("The page's title"),
  citedText: z.string().optional().describe("The words of the page that are quoted, where the vendor tells them"),
  startIndex: z
    .int()
    .optional()
    .describe("Where the words of the answer begin that rest on it, where the vendor says so"),
  endIndex: z.int().optional().describe("Where they end"),
});
export type Citation = z.infer<typeof Citation>;

/** Of a text, where its vendor tells them. */
export const citations = z.array(Citation).optional().describe("What the text rests on, where the vendor says so");
