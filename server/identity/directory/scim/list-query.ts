import { isJsonObject, type Values } from "./read-resource.ts";
import { ScimError } from "./scim-error.ts";
import type { ScimExchange } from "./scim-answer.ts";

/** Which part of a list is asked for. */
export interface ListQuery {
  readonly filter: string | undefined;
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
}

const maxCount = 200;

const integer = (text: string | null, otherwise: number, name: string): number => {
  if (text === null || text === "") return otherwise;
  if (!/^-?\d{1,9}$/.test(text)) throw new ScimError(400, `${name} must be a whole number.`, "invalidValue");
  return Number(text);
};

/** RFC 7644 §3.4.2.4: below 1 the first one is meant, below 0 none. */
export const readListQuery = ({ request }: ScimExchange): ListQuery => ({
  filter: request.query.get("filter") ?? undefined,
  startIndex: Math.max(1, integer(request.query.get("startIndex"), 1, "startIndex")),
  count: Math.min(maxCount, Math.max(0, integer(request.query.get("count"), 100, "count"))),
});

const always: ReadonlySet<string> = new Set(["schemas", "id"]);

const namesIn = (text: string | null): ReadonlySet<string> | undefined =>
  text === null || text.trim() === ""
    ? undefined
    : new Set(text.split(",").map((name) => (name.trim().toLowerCase().split(":").at(-1) ?? "").split(".")[0] ?? ""));

/** Keeps the attributes that `attributes` and `excludedAttributes` ask for; of a complex one the whole. */
export const asAsked = ({ request }: ScimExchange, resource: Values): Values => {
  const wanted = namesIn(request.query.get("attributes"));
  const unwanted = namesIn(request.query.get("excludedAttributes"));
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => {
      const key = name.toLowerCase();
      return always.has(key) || ((wanted?.has(key) ?? true) && unwanted?.has(key) !== true);
    }),
  );
};

/** Whether the members of groups are wanted at all. */
export const wants = (exchange: ScimExchange, attribute: string): boolean =>
  isJsonObject(asAsked(exchange, { [attribute]: {} })[attribute]);

export const listAnswer = (resources: readonly Values[], total: number, { startIndex }: ListQuery) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
  totalResults: total,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});
