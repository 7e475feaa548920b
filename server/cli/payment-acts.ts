import { withIdempotencyKey, type NexusClient } from "@topolo/nexus-client";
import type { Command } from "commander";
import { showMoney } from "./money.ts";

/** What every command that asks for something at a payment vendor takes. */
export interface ActOptions {
  readonly key?: string;
  readonly app?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

type Acts = NexusClient["payments"];
type Answer = Awaited<ReturnType<Acts["order"]["create"]["mutate"]>>;
/** Shown of a request that was not sent. */
type Tried = Extract<Answer, { readonly dryRun: true }>;
/** Waits for a person. */
type Waiting = Extract<Answer, { readonly status: "needs_approval" }>;

/** Adds the options of every act. */
export const asAct = (command: Command): Command =>
  command
    .option("--app <id>", "the app (srv_…) in whose name it is asked")
    .option("--key <key>", "idempotency key; the same one does nothing twice")
    .option("--dry-run", "show the exact request and the most that its fee can be; nothing is sent")
    .option("--json", "one JSON object");

/** The key of an act, where one was given. */
export const onceFor = ({ key }: ActOptions) => (key === undefined ? {} : withIdempotencyKey(key));

/** `{ dryRun: true }`, where it was asked for. */
export const tryFor = ({ dryRun }: ActOptions) => (dryRun ? { dryRun: true } : {});

const toldTry = ({ provider, credentialTier, boundNanoUsd, request }: Tried): string =>
  [
    `Would be sent to ${provider} (${credentialTier}); its fee is at most ${boundNanoUsd ?? "not known beforehand"} nano-USD. Nothing was sent.`,
    "",
    `${request.method} ${request.path}`,
    ...Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`),
    "",
    request.body,
  ].join("\n");

const toldWait = ({ approvalId, amount, expiresAt }: Waiting): string =>
  `${showMoney(amount)} wait for a person until ${expiresAt}: approval ${approvalId}. Send the same again with the same --key once it is approved.`;

type Answerable = { readonly effect: "done"; readonly replayed: boolean } | Tried | Waiting;
type DoneOf<A> = Extract<A, { readonly effect: "done" }>;

const isDone = <A extends Answerable>(answer: A): answer is A & DoneOf<A> => answer.effect === "done";

const toldOther = (answer: Answerable): string => {
  if ("dryRun" in answer) return toldTry(answer);
  return "approvalId" in answer ? toldWait(answer) : "";
};

/** What became of an act: done, tried out, or waiting for a person. */
export const toldOf = <A extends Answerable>(
  answer: A,
  options: ActOptions,
  told: (done: DoneOf<A>) => string,
): string => {
  if (options.json) return JSON.stringify(answer);
  if (!isDone(answer)) return toldOther(answer);
  const again = "replayed" in answer && answer.replayed;
  return `${told(answer)}${again ? "\nThe same key was answered before." : ""}`;
};
