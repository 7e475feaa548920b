import { ai } from "../../contracts/ai.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { isWithinReach, reachOf } from "../reach/index.ts";
import { keeperOf } from "./keeper-of.ts";
import type { KeptAnswerRow } from "./store-kept-answers.ts";

/** What a caller may do with an answer that is kept. */
export interface AnswerRights {
  /** Know that there is one, of which model, for whom and when: as with calls. */
  readonly known: boolean;
  /** Read what was asked and answered: whoever asked, and a person what a key of their own asked. */
  readonly readable: boolean;
  /** Cancel and delete it: whoever asked, the person for whom it was, and people who see everybody's. */
  readonly endable: boolean;
}

export const answerRights = (
  ctx: CallContext,
  { ownerDigest, userId, askedBy }: Pick<KeptAnswerRow, "ownerDigest" | "userId" | "askedBy">,
): AnswerRights => {
  const { actor } = ctx;
  const own = keeperOf(ctx).owner.equals(ownerDigest);
  // As every API asks of whoever reads or ends what was answered.
  const mayUse = ctx.permissions.has(ai.generateText.permission);
  const isPerson = actor.kind === "user";
  const isTheirs = isPerson && userId === actor.userId;
  return {
    known: own || isWithinReach(ctx, userId),
    readable: mayUse && (own || (isTheirs && askedBy === "api_key")),
    endable: mayUse && (own || isTheirs || (isPerson && reachOf(ctx).reach === "organization")),
  };
};
