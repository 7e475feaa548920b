import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { auditActor } from "../organizations/actor.ts";
import { emailAddress } from "../users/email-address.ts";
import { developerStatuses } from "./developer-status.ts";
import {
  countSubmissions,
  findDeveloper,
  listDeveloperRows,
  listSubmissions,
  reviewDeveloper,
  type DeveloperRow,
} from "./store.ts";

export const ListDevelopersQuery = z.strictObject({
  status: z.enum(developerStatuses).optional(),
  email: emailAddress.optional(),
  organization_id: z.string().min(1).max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z
    .string()
    .regex(/^dev_[0-9a-f]{32}$/)
    .optional(),
});
export type ListDevelopersQuery = z.infer<typeof ListDevelopersQuery>;

const developerAnswer = (developer: DeveloperRow, counts: ReadonlyMap<string, number>) => ({
  id: developer.id,
  email: developer.email,
  name: developer.name,
  status: developer.status,
  userId: developer.userId,
  organization: developer.organization,
  submissionCount: counts.get(developer.id) ?? 0,
  notes: developer.notes,
  reviewedBy: developer.reviewedBy,
  reviewedAt: developer.reviewedAt?.toISOString() ?? null,
  createdAt: developer.createdAt.toISOString(),
  updatedAt: developer.updatedAt.toISOString(),
});

/** Developers for operators to look through. */
export const listDevelopers = async ({
  context,
  input,
}: HttpExchange & { readonly input: ListDevelopersQuery }): Promise<HttpAnswer> => {
  const developers = await listDeveloperRows(context.db, {
    status: input.status,
    email: input.email,
    organizationId: input.organization_id,
    after: input.after,
    limit: input.limit,
  });
  const counts = await countSubmissions(
    context.db,
    developers.map(({ id }) => id),
  );
  return okAnswer({
    developers: developers.map((developer) => developerAnswer(developer, counts)),
    nextAfter: developers.length === input.limit ? (developers.at(-1)?.id ?? null) : null,
  });
};

const mostSubmissions = 50;

const answerOne = async ({ context }: HttpExchange, id: string): Promise<HttpAnswer> => {
  const developer = await findDeveloper(context.db, id);
  if (!developer) throw new AuthError("developer_not_found");
  const submissions = await listSubmissions(context.db, id, mostSubmissions);
  return okAnswer({
    ...developerAnswer(developer, await countSubmissions(context.db, [id])),
    submissions: submissions.map(({ createdAt, ...submission }) => ({
      ...submission,
      createdAt: createdAt.toISOString(),
    })),
  });
};

/** One developer, with what was sent in. */
export const readDeveloper = (exchange: HttpExchange & Params): Promise<HttpAnswer> =>
  answerOne(exchange, exchange.params.developerId ?? "");

export const ReviewDeveloperInput = z
  .strictObject({
    status: z.enum(developerStatuses).optional(),
    notes: z.string().trim().max(4_000).optional().describe("For operators alone"),
  })
  .refine(({ status, notes }) => status !== undefined || notes !== undefined, {
    path: ["status"],
    error: "a status, notes, or both",
  });

/** An operator's decision. */
export const changeDeveloperStatus = async (
  exchange: HttpExchange & Params & { readonly caller: Caller; readonly input: ReviewDeveloperInput },
): Promise<HttpAnswer> => {
  const { context, params, caller, input } = exchange;
  const id = params.developerId ?? "";
  const outcome = await reviewDeveloper(context.db, {
    id,
    status: input.status,
    notes: input.notes,
    reviewer: caller.session.user.id,
    actor: auditActor(exchange, caller),
    now: new Date(context.clock.now()),
  });
  if (outcome === "missing") throw new AuthError("developer_not_found");
  if (outcome === "does_not_follow") throw new AuthError("status_conflict");
  return answerOne(exchange, id);
};
export type ReviewDeveloperInput = z.infer<typeof ReviewDeveloperInput>;
