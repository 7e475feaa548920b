import { keptId } from "../../contracts/kept-id.ts";
import { answerRowOf } from "../../contracts/ai/responses.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { reachOf } from "../reach/index.ts";
import { answerRights, type AnswerRights } from "./answer-rights.ts";
import { interactionKind, responseKind, type KeptKind } from "./kept-kind.ts";
import type { KeptResponse } from "./kept-response.ts";
import { notKept } from "./not-kept.ts";
import { standingTurn } from "./read-response.ts";
import type { ResponsesDeps } from "./responses-deps.ts";
import { openJson } from "./sealed-json.ts";
import {
  deleteAnswerRow,
  selectAnswer,
  selectAnswers,
  type KeptAnswerRow,
  type PageOfAnswers,
} from "./store-kept-answers.ts";
import { updateCancelAsked } from "./store-running.ts";

/** An answer that is kept, as a caller may know it. */
export interface KnownAnswer extends Omit<KeptAnswerRow, "kind" | "ownerDigest" | "askedBy"> {
  readonly id: string;
  readonly kind: KeptKind;
  readonly rights: AnswerRights;
}

/** What was asked and answered; undefined for whom that is not. */
export interface ReadAnswer extends KnownAnswer {
  readonly turn: KeptResponse | undefined;
}

const kinds = { response: responseKind, interaction: interactionKind } as const;

const knownOf = (ctx: CallContext, { kind, ownerDigest, askedBy, ...row }: KeptAnswerRow): KnownAnswer => ({
  ...row,
  id: keptId(kinds[kind].prefix, row.responseId),
  kind: kinds[kind],
  rights: answerRights(ctx, { ownerDigest, askedBy, userId: row.userId }),
});

/** A page of what a caller may know of, newest first: their own, or everybody's for whoever sees everybody's calls. */
export const listKeptAnswers = async (
  { db }: Pick<Deps, "db">,
  ctx: CallContext,
  { before, ...page }: Omit<PageOfAnswers, "userId" | "beyond"> & { readonly before: string | undefined },
): Promise<{ readonly answers: readonly KnownAnswer[]; readonly more: boolean }> => {
  const beyond = before === undefined ? undefined : answerRowOf(before);
  const rows = await selectAnswers(db.pool, ctx.organizationId, { ...page, beyond, userId: reachOf(ctx).userId });
  return { answers: rows.slice(0, page.limit).map((row) => knownOf(ctx, row)), more: rows.length > page.limit };
};

/** An answer, and what it says to whom may read that; throws NOT_FOUND to whom it is not known. */
export const readKeptAnswer = async (deps: ResponsesDeps, ctx: CallContext, id: string): Promise<ReadAnswer> => {
  const rowId = answerRowOf(id);
  const row = rowId === undefined ? undefined : await selectAnswer(deps.db.pool, ctx.organizationId, rowId);
  const none = notKept(id.startsWith(interactionKind.prefix) ? interactionKind.title : responseKind.title, id);
  if (row === undefined) throw none;
  const { content, ...kept } = row;
  const answer = knownOf(ctx, kept);
  if (answer.id !== id || !answer.rights.known) throw none;
  const opened = answer.rights.readable ? openJson(deps, "response", answer.responseId, content) : undefined;
  return { ...answer, turn: opened && standingTurn(answer.kind, opened, answer.status) };
};

/** Throws to whom an answer is known, and is not theirs to end. */
export const requireEndable = ({ kind, rights }: Pick<KnownAnswer, "kind" | "rights">): void => {
  if (rights.endable) return;
  throw new NexusError("SCOPE_DENIED", {
    message: `This ${kind.name} was asked for by somebody else: they, the person it was for, and people who may set budgets can end it.`,
    details: { permission: "srv_nexus.budgets:manage" },
  });
};

/** Asks the process that has it to end an answer that goes on without its caller. */
export const askToCancelAnswer = (
  deps: Pick<Deps, "db">,
  ctx: CallContext,
  { id, responseId }: Pick<KnownAnswer, "id" | "responseId">,
): Promise<void> =>
  auditedChange(deps, ctx, async (tx, audit) => {
    await updateCancelAsked(tx, responseId);
    await audit({ action: "response.cancel", target: id, details: { operationId: responseId } });
  });

/** Forgets an answer; one that goes on is ended by the process that has it, which finds it gone. */
export const deleteKeptAnswer = (
  deps: Pick<Deps, "db">,
  ctx: CallContext,
  { id, kind, responseId }: Pick<KnownAnswer, "id" | "kind" | "responseId">,
): Promise<void> =>
  auditedChange(deps, ctx, async (tx, audit) => {
    if (!(await deleteAnswerRow(tx, ctx.organizationId, responseId))) throw notKept(kind.title, id);
    await audit({ action: "response.delete", target: id, details: { operationId: responseId } });
  });
