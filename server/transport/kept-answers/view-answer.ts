import type { KeptAnswer, KeptAnswerView } from "../../contracts/ai/responses.ts";
import { keptOutput, wordsOfItems, type KnownAnswer, type ReadAnswer } from "../../domain/responses/index.ts";

/** An answer that is kept, as callers see it in a list: nothing of what it says. */
export const viewAnswer = (answer: KnownAnswer): KeptAnswerView => ({
  id: answer.id,
  kind: answer.kind.name,
  status: answer.status,
  background: answer.background,
  readable: answer.rights.readable,
  endable: answer.rights.endable,
  operationId: answer.responseId,
  provider: answer.vendor,
  model: answer.model,
  appId: answer.appId,
  userId: answer.userId,
  keyId: answer.keyId,
  createdAt: answer.createdAt.toISOString(),
  keptUntil: answer.expiresAt.toISOString(),
});

type Contents = NonNullable<KeptAnswer["contents"]>;

/** What is kept was JSON when it came. */
const plainOf = ({ input, response }: NonNullable<ReadAnswer["turn"]>): Pick<Contents, "input" | "answer"> => {
  const plain: Pick<Contents, "input" | "answer"> = JSON.parse(JSON.stringify({ input, answer: response }));
  return plain;
};

/** The same with what it says, for whom that is. */
export const viewWholeAnswer = ({ turn, ...answer }: ReadAnswer): KeptAnswer => ({
  ...viewAnswer(answer),
  contents:
    turn === undefined
      ? null
      : {
          asked: wordsOfItems(turn.input),
          said: wordsOfItems(keptOutput(turn, answer.kind)),
          ...plainOf(turn),
        },
});
