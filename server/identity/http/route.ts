import type { Answer, Exchange } from "./exchange.ts";

/** A named step of a route: checks something, and may add what it found to the exchange. */
export type Step<Needs extends object, Adds extends object | void> = (
  exchange: Exchange & Needs,
) => Adds | Promise<Adds>;

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `:name` for a segment. */
  readonly path: string;
  readonly run: (exchange: Exchange & Params) => Promise<Answer>;
}

/** Segments of the path by name. */
export interface Params {
  readonly params: Readonly<Record<string, string>>;
}

interface RouteBuilder<C extends Exchange & Params> {
  /** Runs after the steps before it and sees what they added. */
  readonly step: <Adds extends object | void>(
    step: (exchange: C) => Adds | Promise<Adds>,
  ) => RouteBuilder<Adds extends object ? C & Adds : C>;
  readonly answer: (act: (exchange: C) => Answer | Promise<Answer>) => Route;
}

type UntypedStep = (exchange: never) => unknown;

/** The guarantee: the builder's types admit only steps whose needs the earlier ones have added. */
const runUntyped = async (
  steps: readonly UntypedStep[],
  act: UntypedStep,
  start: Exchange & Params,
): Promise<Answer> => {
  let exchange = start as never;
  for (const step of steps) {
    const added: unknown = await step(exchange);
    if (typeof added === "object" && added !== null) exchange = { ...(exchange as object), ...added } as never;
  }
  return (await act(exchange)) as Answer;
};

const builder = <C extends Exchange & Params>(
  method: Route["method"],
  path: string,
  steps: readonly UntypedStep[],
): RouteBuilder<C> => ({
  step: (step) => builder(method, path, [...steps, step]),
  answer: (act) => ({ method, path, run: (exchange) => runUntyped(steps, act, exchange) }),
});

/** Starts a route; read it as the sentence of what happens, in order. */
export const get = (path: string): RouteBuilder<Exchange & Params> => builder("GET", path, []);
export const post = (path: string): RouteBuilder<Exchange & Params> => builder("POST", path, []);
export const put = (path: string): RouteBuilder<Exchange & Params> => builder("PUT", path, []);
export const patch = (path: string): RouteBuilder<Exchange & Params> => builder("PATCH", path, []);
export const remove = (path: string): RouteBuilder<Exchange & Params> => builder("DELETE", path, []);
