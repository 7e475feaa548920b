import { ask } from "../../gateway/ask.ts";
import type { FreeRequest, Route } from "../../families/family.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { ProcedureContext } from "../trpc/init.ts";

/** Where an object says how it stands. */
const states = ["status", "payment", "dispute"] as const;

const noteOne = (
  { onUnknownState }: Pick<Gateway, "onUnknownState">,
  vendor: string,
  object: Partial<Readonly<Record<string, unknown>>>,
): void => {
  const word = object["providerStatus"];
  if (states.some((name) => object[name] === "unknown")) onUnknownState(vendor, typeof word === "string" ? word : "");
};

/** Tells operators of a state that an adapter does not know, of each object of an answer. */
export const noteUnknownState = (gateway: Pick<Gateway, "onUnknownState">, vendor: string, object: unknown): void => {
  if (typeof object !== "object" || object === null) return;
  if ("data" in object) return noteUnknownState(gateway, vendor, object.data);
  for (const one of Array.isArray(object) ? object : [object])
    if (typeof one === "object") noteOne(gateway, vendor, { ...one });
};

/** Asks a vendor what costs nothing; says by which route the answer came. */
export const askVendor = async <A>(
  { call, deps, notes }: ProcedureContext,
  request: FreeRequest<A>,
): Promise<{ readonly answer: A; readonly route: Route }> => {
  const { answer, route, allowance } = await ask(deps.gateway, request, call);
  notes.allowance = allowance;
  noteUnknownState(deps.gateway, route.target.vendor, answer);
  return { answer, route };
};

/** An answer, or the error that came in its place: for what is needed only where the call is no repeat. */
export type Seen<A> = { readonly seen: A } | { readonly error: unknown };

export const lookAt = async <A>(look: () => Promise<A>): Promise<Seen<A>> => {
  try {
    return { seen: await look() };
  } catch (error) {
    return { error };
  }
};

export const seenOf = <A>(seen: Seen<A>): A => {
  if ("seen" in seen) return seen.seen;
  throw seen.error;
};
