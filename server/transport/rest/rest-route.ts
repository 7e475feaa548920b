import { NexusError } from "../../errors.ts";
import { readSegment } from "../../platform/outside-text.ts";
import { listProcedures, type DeclaredProcedure } from "../trpc/procedure-list.ts";

interface RestRoute {
  readonly procedure: DeclaredProcedure;
  readonly segments: readonly string[];
}

/** A request's procedure, and what its path says. */
export interface RestMatch {
  readonly procedure: DeclaredProcedure;
  readonly params: Readonly<Record<string, string>>;
}

const parameter = /^\{(\w+)\}$/;

/** Names of the parameters in a path. */
export const parametersOf = (path: string): readonly string[] =>
  path.split("/").flatMap((segment) => parameter.exec(segment)?.[1] ?? []);

const decode = (segment: string, name: string): string => {
  const text = readSegment(segment, name);
  if (typeof text !== "string") throw new NexusError("INVALID_INPUT", { issues: [text] });
  return text;
};

/** The parameters, or undefined where the path is another one. */
const matchPath = (
  pattern: readonly string[],
  path: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  if (pattern.length !== path.length) return undefined;
  const params: [string, string][] = [];
  for (const [at, segment] of pattern.entries()) {
    const given = path[at] ?? "";
    const name = parameter.exec(segment)?.[1];
    if (name === undefined ? segment !== given : given === "") return undefined;
    if (name !== undefined) params.push([name, decode(given, name)]);
  }
  return Object.fromEntries(params);
};

/** Finds the procedure a method and path ask for; a literal segment comes before a parameter. */
export const createRestMatcher = (): ((method: string, path: string) => RestMatch) => {
  const routes: RestRoute[] = listProcedures()
    .map((procedure) => ({
      procedure,
      segments: procedure.rest.path.split("/"),
      parameters: parametersOf(procedure.rest.path).length,
    }))
    .sort((a, b) => a.parameters - b.parameters);

  return (method, path) => {
    const segments = path.split("/");
    const allow: string[] = [];
    for (const { procedure, segments: pattern } of routes) {
      const params = matchPath(pattern, segments);
      if (params === undefined) continue;
      if (procedure.rest.method === method) return { procedure, params };
      allow.push(procedure.rest.method);
    }
    throw allow.length > 0 ? new NexusError("METHOD_NOT_ALLOWED", { details: { allow } }) : new NexusError("NOT_FOUND");
  };
};

/** The path prefixes under which procedures answer: `/api/ai`, `/api/keys` and so on. */
export const restPrefixes = (): readonly string[] => [
  ...new Set(listProcedures().map(({ rest }) => rest.path.split("/").slice(0, 3).join("/"))),
];
