import type { ActRules } from "../contracts/act-rules.ts";
import { type Answered, type Metered, type VendorIo } from "../contracts/vendor-call.ts";
import type { CredentialRef } from "../domain/credentials/index.ts";
import type { Acts, ActTarget } from "../families/family.ts";
import type { HoldResolution, UnknownAct } from "../platform/ledger/index.ts";
import { attempt as attemptOnce } from "./attempt.ts";
import type { UnknownFacts } from "./conclude.ts";
import type { Gateway } from "./gateway.ts";

/** Of one question to a vendor. */
export const askMs = 15_000;

export type Attempted = NonNullable<UnknownAct["attempt"]>;

/** Where the answer is kept that proves that something was done. */
export interface Proof {
  readonly by: HoldResolution["by"];
  readonly metered: Metered;
  /** As a repeat of the call is given it; undefined where nobody gave one. */
  readonly result: Uint8Array | undefined;
}

interface Looked extends Omit<UnknownFacts, "quiet" | "keyAlive" | "patient" | "reported"> {
  readonly proof: Proof | undefined;
  /** A repeat was sent that may still be on its way, or be carried out late. */
  readonly sent: boolean;
}

/** An act of unknown outcome, and with what its vendor is asked after it. */
export interface AskingAfter {
  readonly gateway: Gateway;
  readonly act: UnknownAct;
  readonly attempt: Attempted;
  readonly acts: Acts;
  readonly rules: ActRules;
  readonly target: ActTarget;
  readonly credential: CredentialRef;
}

const ask = <T>({ gateway, act, attempt, credential }: AskingAfter, run: (io: VendorIo) => Promise<T>) =>
  attemptOnce(gateway, {
    route: {
      target: {
        vendor: act.vendor,
        model: act.model,
        credentialTier: attempt.credentialTier,
        credentialId: attempt.credentialId,
      },
      credential,
    },
    operationId: act.operationId,
    deadlineMs: askMs,
    caller: new AbortController().signal,
    streamed: false,
    run,
  });

/** Each repeat puts off the time when nothing is on its way: where that time ends in a proof, it has to come. */
const maySendAgain = ({ gateway, attempt, rules }: AskingAfter): boolean =>
  (rules.lookUp !== "strong" && !rules.cancelByKey) ||
  gateway.clock.now() - attempt.startedAt.getTime() < gateway.callTimeoutMs + rules.settleMs;

/** The request as it was kept; undefined where nobody has its key any more. */
const openRequest = ({ gateway, act, attempt }: AskingAfter): Uint8Array | undefined => {
  try {
    return gateway.requests.open(act.operationId, attempt.request);
  } catch (error) {
    gateway.log.error({ err: error, operationId: act.operationId }, "the request to act cannot be opened");
    return undefined;
  }
};

/** The same bytes under the same key, as long as the vendor does them at most once. */
export const sendAgain = async (asking: AskingAfter): Promise<Pick<Looked, "repeated" | "proof" | "sent">> => {
  const { attempt, acts, target } = asking;
  const nothing = { repeated: undefined, proof: undefined, sent: false };
  if (!attempt.keyAlive || !maySendAgain(asking)) return nothing;
  const bytes = openRequest(asking);
  if (bytes === undefined) return nothing;
  const tried = await ask<Answered<Uint8Array>>(asking, (io) => acts.send(target, bytes, io));
  if (tried.kind === "answered") {
    const { result, ...metered } = tried.value;
    return { repeated: "done", proof: { by: "replay", metered, result }, sent: false };
  }
  const { kind, about, repeat: said } = tried.failure;
  if (said === "mismatch") return { ...nothing, repeated: "mismatch" };
  // An error of the vendor's says as little of when the request is carried out as silence does.
  if (kind === "unknown") return { ...nothing, repeated: "unclear", sent: true };
  // What was done already may have been done by us.
  const rejected = kind === "refused" && about === "request" && said !== "already";
  return { ...nothing, repeated: rejected ? "rejected" : "unclear" };
};

export const lookUpAct = async (asking: AskingAfter): Promise<Pick<Looked, "found" | "proof">> => {
  const { acts, target, rules } = asking;
  const { lookUp: look } = acts;
  if (rules.lookUp === "none" || look === undefined) return { found: undefined, proof: undefined };
  const bytes = openRequest(asking);
  if (bytes === undefined) return { found: "unclear", proof: undefined };
  const tried = await ask(asking, (io) => look(target, io, bytes));
  if (tried.kind === "failed" || tried.value.kind === "unknown") return { found: "unclear", proof: undefined };
  if (tried.value.kind === "not_done") return { found: "absent", proof: undefined };
  if (tried.value.kind === "contradicted") {
    const { operationId, vendor, operation } = asking.act;
    asking.gateway.log.error({ operationId, vendor, operation }, "the vendor shows something else than was asked for");
    return { found: "contradicted", proof: undefined };
  }
  const { metered, result } = tried.value;
  return { found: "done", proof: { by: "lookup", metered, result } };
};

/** Only where no look-up shows everything, and while the vendor still knows the key: then its word is a proof. */
export const cancelAct = async (asking: AskingAfter, quiet: boolean): Promise<boolean> => {
  const { gateway, acts, rules, target, attempt, act } = asking;
  const { cancel: cancelKey } = acts;
  if (!rules.cancelByKey || cancelKey === undefined || !quiet || !attempt.keyAlive || rules.lookUp === "strong")
    return false;
  const { operationId, vendor } = act;
  const key = gateway.providerKeyOf({ operationId, vendor, account: attempt.credentialId, step: attempt.step });
  return (await ask(asking, (io) => cancelKey(target, key, io))).kind === "answered";
};
