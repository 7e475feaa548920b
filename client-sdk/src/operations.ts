import type { AnyTRPCProcedure, inferProcedureInput, inferProcedureOutput } from "@trpc/server";
import type { AppRouter } from "./router.ts";

type Procedures = AppRouter["_def"]["record"];

type Names<Part, Prefix extends string = ""> = {
  [Name in keyof Part & string]: Part[Name] extends AnyTRPCProcedure
    ? `${Prefix}${Name}`
    : Names<Part[Name], `${Prefix}${Name}.`>;
}[keyof Part & string];

type At<Part, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof Part
    ? At<Part[Head], Rest>
    : never
  : Path extends keyof Part
    ? Part[Path]
    : never;

type OperationOf<One> = One extends AnyTRPCProcedure
  ? { readonly input: inferProcedureInput<One>; readonly output: inferProcedureOutput<One> }
  : never;

/** Input and answer of every operation by its dotted name, such as `NexusOperations["usage.budgets.list"]["output"]`. */
export type NexusOperations = { readonly [Name in Names<Procedures>]: OperationOf<At<Procedures, Name>> };
