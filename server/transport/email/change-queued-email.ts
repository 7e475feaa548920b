import type {
  CancelEmailInput,
  CancelEmailOutput,
  RescheduleEmailInput,
  RescheduleEmailOutput,
} from "../../contracts/email/change-queued-email.ts";
import { cancelQueued, moveQueued } from "../../domain/queue/index.ts";
import { dueTimeOf } from "../../families/email/index.ts";
import type { ProcedureContext } from "../trpc/init.ts";

/** Cancels a mail that waits. */
export const cancelEmail = async (
  { call, deps }: ProcedureContext,
  { emailId }: CancelEmailInput,
): Promise<CancelEmailOutput> => {
  await cancelQueued(deps.management, call, { operationId: emailId, action: "email.cancel", what: "mail" });
  return { emailId, status: "canceled" };
};

/** Has a mail that waits be sent at another time. */
export const rescheduleEmail = async (
  { call, deps }: ProcedureContext,
  { emailId, sendAt }: RescheduleEmailInput,
): Promise<RescheduleEmailOutput> => {
  const dueAt = dueTimeOf(sendAt, deps.gateway.clock.now());
  await moveQueued(deps.management, call, { operationId: emailId, action: "email.reschedule", what: "mail", dueAt });
  return { emailId, status: "queued", dueAt: dueAt.toISOString() };
};
