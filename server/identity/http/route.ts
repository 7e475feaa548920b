import type { HttpAnswer, HttpExchange } from "./exchange.ts";

/** A named step of a route: checks something, and may add what it found to the exchange. */
export type Step<Needs extends object, Adds extends object | void> = (
  exchange: HttpExchange & Needs,
) => Adds | Promise<Adds>;

export interface AuthRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With `:name` for a segment. */
  readonly path: string;
  /** In order; for tests of what a route asks for. */
  readonly steps: readonly object[];
  /** What is done at the end, by its name in the code. */
  readonly act: string;
  readonly run: (exchange: HttpExchange & Params) => Promise<HttpAnswer>;
}

/** Segments of the path by name. */
export interface Params {
  readonly params: Readonly<Record<string, string>>;
}

interface RouteBuilder<C extends HttpExchange & Params> {
  /** Runs after the steps before it and sees what they added. */
  readonly step: <Adds extends object | void>(
    step: (exchange: C) => Adds | Promise<Adds>,
  ) => RouteBuilder<Adds extends object ? C & Adds : C>;
  readonly answer: (act: (exchange: C) => HttpAnswer | Promise<HttpAnswer>) => AuthRoute;
}

type UntypedStep = (exchange: never) => unknown;

/** The guarantee: the builder's types admit only steps whose needs the earlier ones have added. */
const runUntyped = async (
  steps: readonly UntypedStep[],
  act: UntypedStep,
  start: HttpExchange & Params,
): Promise<HttpAnswer> => {
  let exchange = start as never;
  for (const step of steps) {
    const added: unknown = await step(exchange);
    if (typeof added === "object" && added !== null) exchange = { ...(exchange as object), ...added } as never;
  }
  return (await act(exchange)) as HttpAnswer;
};

const builder = <C extends HttpExchange & Params>(
  method: AuthRoute["method"],
  path: string,
  steps: readonly UntypedStep[],
): RouteBuilder<C> => ({
  step: (step) => builder(method, path, [...steps, step]),
  answer: (act) => ({ method, path, steps, act: act.name, run: (exchange) => runUntyped(steps, act, exchange) }),
});

/** Starts a route; read it as the sentence of what happens, in order. */
export const route = {
  get: (path: string): RouteBuilder<HttpExchange & Params> => builder("GET", path, []),
  post: (path: string): RouteBuilder<HttpExchange & Params> => builder("POST", path, []),
  put: (path: string): RouteBuilder<HttpExchange & Params> => builder("PUT", path, []),
  patch: (path: string): RouteBuilder<HttpExchange & Params> => builder("PATCH", path, []),
  remove: (path: string): RouteBuilder<HttpExchange & Params> => builder("DELETE", path, []),
};
