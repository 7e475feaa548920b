import type { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { ListEventsInput, type ListEventsOutput } from "../../contracts/email/mail-event.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import type { EmailDeps } from "./email-deps.ts";
import { emailScopeOf } from "./email-scope.ts";
import { getEmail } from "./read-emails.ts";
import { selectEvents, type EventCursor } from "./store-events.ts";

const encodeCursor = ({ occurredAt, provider, eventId }: EventCursor): string =>
  Buffer.from(JSON.stringify([occurredAt, provider, eventId])).toString("base64url");

const wrongCursor = (): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field: "before", expected: "`next` of the page before" }] });

const decodeCursor = (text: string): EventCursor => {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    throw wrongCursor();
  }
  const [occurredAt, provider, eventId] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (typeof occurredAt !== "string" || typeof provider !== "string" || typeof eventId !== "string")
    throw wrongCursor();
  if (Number.isNaN(Date.parse(occurredAt)) || /\0/.test(provider + eventId)) throw wrongCursor();
  return { occurredAt, provider, eventId };
};

/** What vendors told of a mail, newest first. */
export const listEvents = async (
  deps: EmailDeps,
  ctx: CallContext,
  input: z.input<typeof ListEventsInput>,
): Promise<ListEventsOutput> => {
  const { emailId, before, limit } = parseInput(ListEventsInput, input);
  const cursor = before === undefined ? undefined : decodeCursor(before);
  const { email } = await getEmail(deps, ctx, { emailId });
  const rows = await selectEvents(deps.db.pool, emailScopeOf(ctx), { emailId, before: cursor, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    events: page.map(({ n, occurredAt, receivedAt, ...event }) => ({
      ...event,
      recipient: n === null ? null : (email.recipients[n]?.address ?? null),
      occurredAt: occurredAt.toISOString(),
      receivedAt: receivedAt.toISOString(),
    })),
    next:
      rows.length > limit && last !== undefined
        ? encodeCursor({ ...last, occurredAt: last.occurredAt.toISOString() })
        : null,
  };
};
