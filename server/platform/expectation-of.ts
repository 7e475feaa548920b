import { z } from "zod";
import { nearestName } from "./nearest-name.ts";

type Raw = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
  record: "an object",
  map: "an object",
  date: "a time",
  null: "null",
};
const kind = (name: string): string => kinds[name] ?? "a value";

const received = (input: unknown): string => {
  if (input === undefined) return "; it is missing";
  const type = z.core.util.parsedType(input);
  return kinds[type] === undefined ? "" : `, not ${kind(type)}`;
};

const quoted = (value: unknown): string => (typeof value === "string" ? `"${value}"` : String(value));

const meant = (asked: unknown, names: readonly unknown[]): string => {
  const texts = names.filter((name) => typeof name === "string");
  const nearest = typeof asked === "string" ? nearestName(asked, texts) : undefined;
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
};

/** As many as fit a line. */
const shownValues = 12;

const oneOf = (values: readonly unknown[], asked: unknown): string => {
  if (values.length === 1) return quoted(values[0]);
  const all = values.slice(0, shownValues).map(quoted).join(", ");
  const rest = values.length - shownValues;
  return `one of ${all}${rest > 0 ? ` and ${rest} others` : ""}${meant(asked, values)}`;
};

const units: Readonly<Record<string, string>> = {
  string: "character",
  array: "item",
  set: "item",
  map: "entry",
  file: "byte",
};

const counted = (count: number | bigint, origin: string): string => {
  const unit = units[origin];
  if (unit === undefined) return String(count);
  const plural = unit === "entry" ? "entries" : `${unit}s`;
  return `${count} ${Number(count) === 1 ? unit : plural}`;
};

const formats: Readonly<Record<string, string>> = {
  email: "an e-mail address",
  url: "an address such as https://example.com",
  uuid: "an id (UUID)",
  guid: "an id (UUID)",
  datetime: "a time such as 2026-12-01T09:00:00Z",
  date: "a day such as 2026-12-01",
  time: "a time of day such as 09:00:00",
  duration: "a duration such as PT1H",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  cidrv4: "a range of IPv4 addresses",
  cidrv6: "a range of IPv6 addresses",
  base64: "base64",
  base64url: "base64url",
  json_string: "JSON",
};

const formed = (issue: Extract<Raw, { code: "invalid_format" }>): string => {
  if (issue.format === "starts_with") return `a text that begins with "${String(issue["prefix"])}"`;
  if (issue.format === "ends_with") return `a text that ends with "${String(issue["suffix"])}"`;
  if (issue.format === "includes") return `a text with "${String(issue["includes"])}" in it`;
  if (issue.format === "regex") return `a text of the form ${String(issue.pattern)}`;
  return formats[issue.format] ?? `a text in the format ${issue.format}`;
};

/** The fields that an object has, where the schema says so. */
const fieldsOf = (inst: Raw["inst"]): readonly string[] => (inst instanceof z.ZodObject ? Object.keys(inst.shape) : []);

const inner = (issue: Issue): string => (issue.path.length === 0 ? "" : `${issue.path.join(".")}: `) + issue.message;

const isOtherKind = ({ code, path }: Issue): boolean => code === "invalid_type" && path.length === 0;

/** Of several forms, what the one lacks that was meant; where that is open, what each form is. */
const oneForm = (forms: readonly (readonly Issue[])[]): string => {
  const near = forms.filter((issues) => !issues.some(isOtherKind));
  const [only] = near;
  const shown = near.length === 1 && only ? only.map(inner) : forms.flatMap(([first]) => (first ? [inner(first)] : []));
  return [...new Set(shown)].join(near.length === 1 ? "; " : ", or ").replaceAll("\n", "; ");
};

const formOf = (issue: Extract<Raw, { code: "invalid_union" }>): string => {
  if (issue.inclusive === false) return "only one of its forms";
  const { options = [], discriminator = "" } = issue;
  return options.length > 0 ? oneOf(options, Object(issue.input)[discriminator]) : oneForm(issue.errors);
};

/**
 * What a field must be, for a value that is not: the end of the sentence "expected …". It never repeats the value, and names
 * the nearest of the names there are.
 */
export const expectationOf = (issue: Raw): string => {
  switch (issue.code) {
    case "invalid_type":
      return `${kind(issue.expected)}${received(issue.input)}`;
    case "invalid_value":
      return issue.input === undefined
        ? `${oneOf(issue.values, undefined)}; it is missing`
        : oneOf(issue.values, issue.input);
    case "too_small": {
      const least = issue.exact ? "exactly" : issue.inclusive === false ? "more than" : "at least";
      return `${least} ${counted(issue.minimum, issue.origin)}`;
    }
    case "too_big": {
      const most = issue.exact ? "exactly" : issue.inclusive === false ? "less than" : "at most";
      return `${most} ${counted(issue.maximum, issue.origin)}`;
    }
    case "invalid_format":
      return formed(issue);
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return issue.keys.map((key) => `no such field${meant(key, fieldsOf(issue.inst))}`).join("\n");
    case "invalid_key":
      return `another name: ${issue.issues.map(inner).join("; ")}`;
    case "invalid_element":
      return issue.issues.map(inner).join("; ");
    case "invalid_union":
      return formOf(issue);
    default:
      return "another value";
  }
};
