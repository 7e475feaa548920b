import type { AnyTRPCProcedure, AnyTRPCRouter } from "@trpc/server";
import { z } from "zod";
import type { ProcedureMeta } from "./init.ts";
import { appRouter } from "./root.ts";

/** One procedure as it was declared. */
export interface DeclaredProcedure extends ProcedureMeta {
  /** `router.verb` */
  readonly name: string;
  readonly type: "query" | "mutation";
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
}

const isMeta = (meta: unknown): meta is ProcedureMeta =>
  typeof meta === "object" &&
  meta !== null &&
  "permissions" in meta &&
  Array.isArray(meta.permissions) &&
  meta.permissions.length > 0 &&
  "rest" in meta;

const outputOf = ({ _def: definition }: AnyTRPCProcedure): unknown =>
  "output" in definition ? definition.output : undefined;

const inputOf = ({ _def: definition }: AnyTRPCProcedure): unknown =>
  "inputs" in definition && Array.isArray(definition.inputs) && definition.inputs.length === 1
    ? definition.inputs[0]
    : undefined;

const toDeclared = (name: string, procedure: AnyTRPCProcedure): DeclaredProcedure => {
  const {
    _def: { meta, type },
  } = procedure;
  const refuse = (what: string): never => {
    throw new Error(`The procedure ${name} declares no ${what}.`);
  };
  const input = inputOf(procedure);
  const output = outputOf(procedure);
  if (!isMeta(meta)) return refuse("permission");
  // Whoever adds what changes something says whether it outlives a stolen token.
  if (type === "mutation" && !meta.metered && meta.lasting === undefined) return refuse("`lasting`, true or false");
  if (type === "subscription") return refuse("query or mutation");
  if (!(input instanceof z.ZodObject)) return refuse("strict object as its input");
  if (!(input.def.catchall instanceof z.ZodNever)) return refuse("strict object as its input");
  if (!(output instanceof z.ZodType)) return refuse("output");
  return { ...meta, name, type, input, output };
};

const isProcedure = (value: unknown): value is AnyTRPCProcedure => typeof value === "function" && "_def" in value;

/** At run time `_def.procedures` is flat, keyed by dotted name, although its type is nested. */
const flatProcedures = ({ _def: definition }: AnyTRPCRouter): readonly (readonly [string, AnyTRPCProcedure])[] =>
  Object.entries(definition.procedures).map(([name, procedure]) => {
    if (!isProcedure(procedure)) throw new Error(`${name} is not a procedure.`);
    return [name, procedure];
  });

const declare = (router: AnyTRPCRouter): readonly DeclaredProcedure[] => {
  const procedures = flatProcedures(router).map(([name, procedure]) => toDeclared(name, procedure));
  const routes = new Set<string>();
  for (const { name, rest } of procedures) {
    const route = `${rest.method} ${rest.path}`;
    if (routes.has(route)) throw new Error(`The procedure ${name} takes a route that is taken: ${route}.`);
    routes.add(route);
  }
  return procedures;
};

/** A router never changes, and a process asks for its procedures again and again. */
const declared = new WeakMap<AnyTRPCRouter, readonly DeclaredProcedure[]>();

/**
 * Every procedure of a router. Throws, so that the process does not start, if one declares no permission, strict input or
 * output, or if two have the same REST route.
 */
export const listProcedures = (router: AnyTRPCRouter = appRouter): readonly DeclaredProcedure[] => {
  const procedures = declared.get(router) ?? declare(router);
  declared.set(router, procedures);
  return procedures;
};
