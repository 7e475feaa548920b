import { inspect } from "node:util";

const told = ["code", "severity", "detail", "hint", "syscall", "path", "port"] as const;

const factsOf = (error: object): string => {
  const facts = told.flatMap((name) => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === "string" || typeof value === "number" ? [`${name} ${value}`] : [];
  });
  return facts.length === 0 ? "" : ` (${facts.join(", ")})`;
};

const headOf = (error: unknown): string => {
  if (!(error instanceof Error)) return typeof error === "string" ? error : inspect(error);
  const { name, message } = error;
  const text = message === "" ? name : name === "Error" ? message : `${name}: ${message}`;
  return `${text}${factsOf(error)}`;
};

const reasonsOf = (error: unknown): readonly unknown[] => {
  if (error instanceof AggregateError) return error.errors;
  return error instanceof Error && error.cause !== undefined ? [error.cause] : [];
};

const deepest = 5;

const linesOf = (error: unknown, depth: number): readonly string[] => [
  `${"  ".repeat(depth)}${depth === 0 ? "" : "because: "}${headOf(error)}`,
  ...(depth === deepest ? [] : reasonsOf(error).flatMap((reason) => linesOf(reason, depth + 1))),
];

/** An error for the terminal, with what it knows of itself and of what caused it: for what no advice was written for. */
export const describeError = (error: unknown): string => linesOf(error, 0).join("\n");
