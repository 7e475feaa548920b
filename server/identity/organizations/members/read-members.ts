import { roles } from "@topolo/auth-client";
import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Params } from "../../http/route.ts";
import type { DirectoryReader } from "../../http/steps.ts";
import { actorOf } from "../actor.ts";
import { mayAdminister } from "../authority.ts";
import { findMember, findOrganization } from "../store.ts";
import { memberAnswer } from "./member-answer.ts";
import { listMembershipRows } from "./store.ts";

interface Read extends HttpExchange, Params {
  readonly reader: DirectoryReader;
}

const administers = ({ reader }: Read, organizationId: string): boolean =>
  reader.kind === "service" || mayAdminister(actorOf(reader.caller), organizationId);

const isSelf = ({ reader }: Read, organizationId: string, userId: string): boolean =>
  reader.kind === "user" &&
  reader.caller.session.user.id === userId &&
  reader.caller.session.organization?.id === organizationId;

/** A member's role, and whether account and membership both stand. */
export const readMember = async (exchange: Read): Promise<HttpAnswer> => {
  const { context, params } = exchange;
  const { id: organizationId = "", userId = "" } = params;
  if (!administers(exchange, organizationId) && !isSelf(exchange, organizationId, userId))
    throw new AuthError("forbidden");
  const member = await findMember(context.db, organizationId, userId);
  if (!member) throw new AuthError("member_not_found");
  const { role, status, accountStatus, email, name } = member;
  return okAnswer({
    organizationId,
    userId,
    role,
    status,
    active: status === "active" && accountStatus === "active",
    email,
    name,
  });
};

export const ListMembersQuery = z.strictObject({
  search: z.string().trim().min(1).max(100).optional().describe("Part of the e-mail address or the name"),
  role: z.enum(roles).optional(),
  status: z.enum(["active", "suspended"]).optional(),
  after: z
    .string()
    .regex(/^usr_[a-z0-9_]{1,60}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ListMembersQuery = z.infer<typeof ListMembersQuery>;

/** The members, page by page. */
export const listMembers = async (exchange: Read & { readonly input: ListMembersQuery }): Promise<HttpAnswer> => {
  const { context, params, input } = exchange;
  const organizationId = params.id ?? "";
  if (!administers(exchange, organizationId)) throw new AuthError("forbidden");
  if (!(await findOrganization(context.db, { id: organizationId }))) throw new AuthError("organization_not_found");
  const rows = await listMembershipRows(context.db, {
    organizationId,
    search: undefined,
    role: undefined,
    status: undefined,
    after: undefined,
    ...input,
  });
  return okAnswer({
    members: rows.map(memberAnswer),
    nextAfter: rows.length === input.limit ? (rows.at(-1)?.user_id ?? null) : null,
  });
};
