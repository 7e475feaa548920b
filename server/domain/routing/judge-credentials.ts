import { credentialTiers } from "../../contracts/units.ts";
import { payersOf } from "./payers-of.ts";
import type { ModelTarget } from "./resolve-model.ts";
import type { Circuit, RoutableCredential, RoutingRequest, RoutingWorld } from "./route.ts";
import { isPricedFor, ownersOf } from "./routes-of-model.ts";

/**
 * What routing makes of a credential for a model. `used`: a route goes by it. `own_key_pays`: the organization has a key
 * of its own, and has not consented to another tier. `shared`: what is asked for lives in one account. `unpriced`: the
 * model has no price for whom it would be paid by. `circuit_open`: it failed a moment ago.
 */
export const credentialVerdicts = ["used", "own_key_pays", "shared", "unpriced", "circuit_open"] as const;
export type CredentialVerdict = (typeof credentialVerdicts)[number];

/** A credential, and why it is used or is not. */
export interface JudgedCredential<C extends RoutableCredential> {
  readonly credential: C;
  readonly verdict: CredentialVerdict;
  readonly circuit: Circuit;
}

const idsOf = (credentials: readonly RoutableCredential[]): ReadonlySet<string> =>
  new Set(credentials.map(({ id }) => id));

/** Every credential that is stored for a model's vendor, by tier. */
export const judgeCredentials = <C extends RoutableCredential>(
  target: ModelTarget,
  request: RoutingRequest,
  world: RoutingWorld<C>,
): readonly JudgedCredential<C>[] => {
  const { vendor, model } = target;
  const payers = payersOf(vendor.id, world);
  const mayPay = idsOf(payers);
  const mayReach = idsOf(ownersOf(target, request, payers));
  const verdictOf = (credential: C, circuit: Circuit): CredentialVerdict => {
    if (!mayPay.has(credential.id)) return "own_key_pays";
    if (!mayReach.has(credential.id)) return "shared";
    if (!isPricedFor(request, world.priceSet(vendor.id, model, credential.tier))) return "unpriced";
    return circuit.state === "open" ? "circuit_open" : "used";
  };
  return world
    .credentialsOf(vendor.id)
    .toSorted((a, b) => credentialTiers.indexOf(a.tier) - credentialTiers.indexOf(b.tier))
    .map((credential) => {
      const circuit = world.circuit(vendor.id, model, credential);
      return { credential, verdict: verdictOf(credential, circuit), circuit };
    });
};
