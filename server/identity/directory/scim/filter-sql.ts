import { parse, type Compare, type Filter } from "scim2-parse-filter";
import { readBoolean } from "./read-resource.ts";
import { ScimError } from "./scim-error.ts";

/** How an attribute is compared: an SQL expression of our own, never of the client's. */
export interface FilterColumn {
  readonly sql: string;
  readonly type: "text" | "exact" | "boolean" | "time";
  /** Where there are several values: a subquery around the condition, in which the value is `sql`. */
  readonly within?: (condition: string) => string;
}

/** Columns by the lower-case path of the attribute. */
export type FilterColumns = Readonly<Record<string, FilterColumn>>;

const maxLength = 1_000;
const maxComparisons = 20;

const invalid = (detail: string): ScimError => new ScimError(400, detail, "invalidFilter");

const likePattern = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");

const order: Readonly<Record<string, string>> = { gt: ">", ge: ">=", lt: "<", le: "<=" };

const textCondition = (sql: string, op: string, value: string, parameter: (value: unknown) => string): string => {
  switch (op) {
    case "eq":
      return `${sql} = ${parameter(value)}`;
    case "ne":
      return `${sql} is distinct from ${parameter(value)}`;
    case "co":
      return `${sql} like ${parameter(`%${likePattern(value)}%`)}`;
    case "sw":
      return `${sql} like ${parameter(`${likePattern(value)}%`)}`;
    case "ew":
      return `${sql} like ${parameter(`%${likePattern(value)}`)}`;
    default:
      return `${sql} ${order[op] ?? "="} ${parameter(value)}`;
  }
};

const timeCondition = (sql: string, op: string, value: unknown, parameter: (value: unknown) => string): string => {
  const time = typeof value === "string" ? new Date(value) : undefined;
  if (!time || Number.isNaN(time.getTime())) throw invalid("A time is compared with a time in ISO 8601.");
  const sign = op === "eq" ? "=" : op === "ne" ? "is distinct from" : order[op];
  if (sign === undefined) throw invalid(`${op} does not compare times.`);
  return `${sql} ${sign} ${parameter(time)}`;
};

const comparison = ({ sql, type }: FilterColumn, { op, compValue }: Compare, parameter: (value: unknown) => string) => {
  if (compValue === null) {
    if (op !== "eq" && op !== "ne") throw invalid(`${op} does not compare with null.`);
    return `${sql} is ${op === "eq" ? "" : "not "}null`;
  }
  if (type === "time") return timeCondition(sql, op, compValue, parameter);
  if (type === "boolean") {
    const truth = readBoolean(compValue);
    if (truth === undefined || (op !== "eq" && op !== "ne")) throw invalid("A truth value is compared with eq or ne.");
    return `${sql} is ${op === "eq" ? "" : "not "}${truth}`;
  }
  const text = String(compValue);
  return type === "exact"
    ? textCondition(sql, op, text, parameter)
    : textCondition(`lower(${sql})`, op, text.toLowerCase(), parameter);
};

const parseFilter = (text: string): Filter => {
  if (text.length > maxLength) throw invalid(`A filter has at most ${maxLength} characters.`);
  if (text.includes("\0") || !text.isWellFormed()) throw invalid("The filter is not a text.");
  let depth = 0;
  for (const character of text)
    if (character === "(" && (depth += 1) > maxComparisons) throw invalid("The filter is too deep.");
  try {
    return parse(text);
  } catch {
    throw invalid("The filter is not in the form of RFC 7644 §3.4.2.2.");
  }
};

/** The filter as a condition, its values as parameters; names that are no attribute are refused. */
export const filterSql = (
  text: string,
  columns: FilterColumns,
  schema: string,
  parameter: (value: unknown) => string,
): string => {
  let comparisons = 0;
  const columnAt = (path: string): FilterColumn => {
    comparisons += 1;
    if (comparisons > maxComparisons) throw invalid(`A filter has at most ${maxComparisons} comparisons.`);
    const plain = path.toLowerCase().startsWith(`${schema.toLowerCase()}:`) ? path.slice(schema.length + 1) : path;
    const column = Object.hasOwn(columns, plain.toLowerCase()) ? columns[plain.toLowerCase()] : undefined;
    if (!column) throw invalid(`${path.slice(0, 100)} cannot be filtered by.`);
    return column;
  };
  const around = ({ within = (condition) => condition }: FilterColumn, condition: string) => within(condition);
  const build = (filter: Filter, prefix: string): string => {
    switch (filter.op) {
      case "and":
      case "or":
        return `(${filter.filters.map((each) => build(each, prefix)).join(` ${filter.op} `)})`;
      case "not":
        return `not coalesce(${build(filter.filter, prefix)}, false)`;
      case "[]":
        return build(filter.valFilter, `${prefix}${filter.attrPath}.`);
      case "pr": {
        const column = columnAt(prefix + filter.attrPath);
        return around(column, `${column.sql} is not null`);
      }
      default: {
        const column = columnAt(prefix + filter.attrPath);
        return around(column, comparison(column, filter, parameter));
      }
    }
  };
  return build(parseFilter(text), "");
};
