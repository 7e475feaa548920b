/** Form parameters as Stripe nests them: `a[b][0][c]=v`. */
export type FormValue = string | readonly FormValue[] | { readonly [name: string]: FormValue };
export type FormObject = { readonly [name: string]: FormValue };

/** What Stripe documents a parameter to be. */
export type Param =
  | { readonly is: "text"; readonly most?: number; readonly matches?: RegExp }
  | { readonly is: "integer"; readonly least?: number; readonly most?: number }
  | { readonly is: "boolean" }
  | { readonly is: "word"; readonly of: readonly string[] }
  | { readonly is: "metadata" }
  | { readonly is: "list"; readonly of: Param; readonly most: number }
  | { readonly is: "object"; readonly of: FormParams; readonly required?: readonly string[] };
export type FormParams = Readonly<Record<string, Param>>;

/** What is wrong with a request, in Stripe's terms. */
export interface ParamError {
  readonly code: string;
  readonly param: string;
  readonly message: string;
}

type Tree = Map<string, Tree | string>;

const plain = (tree: Tree): FormValue => {
  const entries = [...tree].map(([name, value]) => [name, value instanceof Map ? plain(value) : value] as const);
  const isList = entries.length > 0 && entries.every(([name], at) => name === String(at));
  return isList ? entries.map(([, value]) => value) : Object.fromEntries(entries);
};

/** The parameters of a form or a query, nested. */
export const readForm = (text: string): FormObject => {
  const root: Tree = new Map();
  for (const [name, value] of new URLSearchParams(text)) {
    const [first = "", ...rest] = name.split("[").map((part) => part.replace(/\]$/, ""));
    const path = [first, ...rest];
    let at = root;
    for (const [index, part] of path.entries()) {
      // A list may be written without its places.
      const key = part === "" ? String(at.size) : part;
      if (index === path.length - 1) at.set(key, value);
      else {
        const next = at.get(key);
        const tree: Tree = next instanceof Map ? next : new Map();
        at.set(key, tree);
        at = tree;
      }
    }
  }
  return Object.fromEntries([...root].map(([name, value]) => [name, value instanceof Map ? plain(value) : value]));
};

const under = (path: string, name: string): string => (path === "" ? name : `${path}[${name}]`);

const invalid = (param: string, message: string, code = "parameter_invalid_empty"): ParamError => ({
  code,
  param,
  message,
});

const objectError = (
  { of, required = [] }: Extract<Param, { is: "object" }>,
  value: FormObject,
  path: string,
): ParamError | undefined => {
  for (const [name, held] of Object.entries(value)) {
    const param = Object.hasOwn(of, name) ? of[name] : undefined;
    const at = under(path, name);
    if (param === undefined) return invalid(at, `Received unknown parameter: ${at}`, "parameter_unknown");
    const wrong = paramError(param, held, at);
    if (wrong !== undefined) return wrong;
  }
  const missing = required.find((name) => value[name] === undefined);
  if (missing === undefined) return undefined;
  return invalid(under(path, missing), `Missing required param: ${under(path, missing)}.`, "parameter_missing");
};

export const isForm = (value: FormValue): value is FormObject => typeof value === "object" && !Array.isArray(value);

/** The first thing that is not as Stripe documents it. */
export const paramError = (param: Param, value: FormValue, path: string): ParamError | undefined => {
  if (param.is === "object")
    return isForm(value) ? objectError(param, value, path) : invalid(path, "Invalid object", "parameter_invalid");
  if (param.is === "list") {
    if (!Array.isArray(value) || value.length > param.most) return invalid(path, "Invalid array", "parameter_invalid");
    for (const [at, item] of value.entries()) {
      const wrong = paramError(param.of, item, `${path}[${at}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }
  if (param.is === "metadata") {
    if (!isForm(value)) return invalid(path, "Invalid metadata", "parameter_invalid");
    const entries = Object.entries(value);
    const long = entries.find(([name, text]) => name.length > 40 || typeof text !== "string" || text.length > 500);
    return entries.length > 50 || long !== undefined
      ? invalid(path, "Metadata: 50 keys of 40 characters, values of 500", "parameter_invalid")
      : undefined;
  }
  if (typeof value !== "string") return invalid(path, "Invalid string", "parameter_invalid");
  if (value === "") return invalid(path, "You passed an empty string.");
  switch (param.is) {
    case "text":
      return value.length > (param.most ?? 5_000) || param.matches?.test(value) === false
        ? invalid(path, `Invalid ${path}`, "parameter_invalid")
        : undefined;
    case "integer":
      if (!/^-?\d{1,15}$/.test(value)) return invalid(path, `Invalid integer: ${value}`, "parameter_invalid_integer");
      return Number(value) < (param.least ?? 0) || Number(value) > (param.most ?? Number.MAX_SAFE_INTEGER)
        ? invalid(path, `This value is out of range: ${value}`, "parameter_invalid_integer")
        : undefined;
    case "boolean":
      return value === "true" || value === "false"
        ? undefined
        : invalid(path, `Invalid boolean: ${value}`, "parameter_invalid");
    case "word":
      return param.of.includes(value)
        ? undefined
        : invalid(path, `Invalid ${path}: must be one of ${param.of.join(", ")}`, "parameter_invalid");
  }
};

export const formTextOf = (form: FormObject, name: string): string | undefined => {
  const value = form[name];
  return typeof value === "string" ? value : undefined;
};

export const formNumberOf = (form: FormObject, name: string): number | undefined => {
  const text = formTextOf(form, name);
  return text === undefined ? undefined : Number(text);
};

export const formOf = (form: FormObject, name: string): FormObject => {
  const value = form[name];
  return value !== undefined && isForm(value) ? value : {};
};

export const formListOf = (form: FormObject, name: string): readonly FormValue[] => {
  const value = form[name];
  return Array.isArray(value) ? value : [];
};

/** Metadata as it is kept. */
export const metadataIn = (form: FormObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(formOf(form, "metadata")).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
