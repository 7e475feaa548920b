import { ai } from "../../../contracts/ai.ts";
import { deleteKeptAnswer, listKeptAnswers, readKeptAnswer, requireEndable } from "../../../domain/responses/index.ts";
import { cancelKeptAnswer, viewAnswer, viewWholeAnswer } from "../../kept-answers/index.ts";
import { declare, del, get, post, router } from "../procedures.ts";

/** Answers that are kept for their callers, by whichever API they were asked for; those in the background among them. */
export const aiResponsesRouter = router({
  list: declare({ ...ai.listResponses, rest: get("/api/ai/responses") })
    .input(ai.listResponses.input)
    .output(ai.listResponses.output)
    .query(async ({ ctx, input: { status, kind, background, before, limit } }) => {
      const page = { status, kind, background, before, limit };
      const { answers, more } = await listKeptAnswers(ctx.deps.management, ctx.call, page);
      return { responses: answers.map(viewAnswer), more };
    }),

  get: declare({ ...ai.getResponse, rest: get("/api/ai/responses/{responseId}") })
    .input(ai.getResponse.input)
    .output(ai.getResponse.output)
    .query(async ({ ctx, input }) =>
      viewWholeAnswer(await readKeptAnswer(ctx.deps.management, ctx.call, input.responseId)),
    ),

  cancel: declare({ ...ai.cancelResponse, rest: post("/api/ai/responses/{responseId}/cancel"), lasting: false })
    .input(ai.cancelResponse.input)
    .output(ai.cancelResponse.output)
    .mutation(async ({ ctx, input }) =>
      viewAnswer(await cancelKeptAnswer(ctx.deps.management, ctx.call, input.responseId)),
    ),

  delete: declare({ ...ai.deleteResponse, rest: del("/api/ai/responses/{responseId}"), lasting: false })
    .input(ai.deleteResponse.input)
    .output(ai.deleteResponse.output)
    .mutation(async ({ ctx, input }) => {
      const answer = await readKeptAnswer(ctx.deps.management, ctx.call, input.responseId);
      requireEndable(answer);
      await deleteKeptAnswer(ctx.deps.management, ctx.call, answer);
      return { id: answer.id };
    }),
});
